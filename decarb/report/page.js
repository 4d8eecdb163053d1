"use strict";
(() => {
  const NARROW = 640; // px: below it the legend stands in one column
  const FOR_PRINT = 680; // px
  const NEAR = 0.0051; // of a slider: one of its steps
  const ROW = 20; // px: one row of a legend
  const CONFIG = { "responsive": true, "displaylogo": false, "showSendToCloud": false, "plotlyServerURL": "", "modeBarButtonsToRemove": ["lasso2d", "select2d"] };

  const held = (name) => JSON.parse(document.getElementById(name).textContent);
  const each = (chosen, act) => document.querySelectorAll(chosen).forEach(act);

  // A figure was laid out for a wide screen: on a narrow one its legend needs more rows, and fingers scroll the page.
  const fitted = (layout, width, traces) => {
    if (width >= NARROW) return layout;
    const legend = layout.legend || {};
    const inLegend = traces.filter((trace) => trace.showlegend !== false && layout.showlegend !== false).length;
    const columns = Math.max(1, Math.round(1 / (legend.entrywidth || 1)));
    const more = (inLegend - Math.ceil(inLegend / columns)) * ROW;
    const named = layout.yaxis && layout.yaxis.ticktext;
    const margin = { ...layout.margin, l: named ? 104 : 56, r: 10, b: layout.margin.b + more };
    return { ...layout, dragmode: false, height: layout.height + more, margin, legend: { ...legend, entrywidth: 0.99 } };
  };

  const draw = (plot) => {
    if (plot.dataset.drawn) return;
    plot.dataset.drawn = "yes";
    const figure = held(plot.dataset.from);
    const width = plot.clientWidth;
    const config = { ...CONFIG, displayModeBar: width < NARROW ? false : "hover" };
    Plotly.newPlot(plot, figure.data, fitted(figure.layout, width, figure.data), config);
    plot.style.minHeight = "";
  };

  // A link or a print may come before a figure is in view.
  const drawInView = () => {
    const seen = new IntersectionObserver(
      (entries) => entries.filter((entry) => entry.isIntersecting).forEach((entry) => draw(entry.target)),
      { rootMargin: "400px" },
    );
    each(".plot", (plot) => seen.observe(plot));
    addEventListener("beforeprint", () => {
      each(".plot", (plot) => {
        draw(plot);
        Plotly.relayout(plot, { width: FOR_PRINT });
      });
      each("details", (folded) => { folded.open = true; });
    });
    addEventListener("afterprint", () => each(".plot", (plot) => Plotly.relayout(plot, { width: null, autosize: true })));
  };

  const filter = () => {
    const field = document.getElementById("assumption-rows-filter");
    if (!field) return;
    const said = document.getElementById("assumption-rows-count");
    const rows = [...document.querySelectorAll("#assumption-rows tbody tr")];
    const texts = rows.map((row) => [row.textContent, ...[...row.querySelectorAll("[title]")].map((one) => one.title)].join(" ").toLowerCase());
    const words = held("filter-words");
    field.addEventListener("input", () => {
      const wanted = field.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      rows.forEach((row, place) => {
        row.hidden = !wanted.every((word) => texts[place].includes(word));
        shown += row.hidden ? 0 : 1;
      });
      said.textContent = words.replace("{shown}", shown).replace("{count}", rows.length);
    });
  };

  // The scenario whose knobs lie nearest, in parts of each knob's range; of two as near, the first.
  const nearest = (knobs, places) => {
    let best = 0;
    let least = Infinity;
    for (let scenario = 0; scenario < knobs[0].at.length; scenario += 1) {
      let away = 0;
      knobs.forEach((knob, number) => {
        away += ((knob.places[knob.at[scenario]] - places[number]) / (knob.high - knob.low)) ** 2;
      });
      if (away < least) [best, least] = [scenario, away];
    }
    return best;
  };

  const integers = (text) => {
    const bytes = Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
    return new Int32Array(bytes.buffer);
  };

  const sliders = () => {
    if (!document.getElementById("slider-data")) return;
    const data = held("slider-data");
    const { knobs, years, stated } = data;
    const totals = integers(data.totals);
    const count = knobs[0].at.length;
    const fields = knobs.map((knob) => document.getElementById(`slider-${knob.name}`));
    const said = document.getElementById("slider-said");
    const plot = document.getElementById("slider-plot");

    const series = (total, scenario) => {
      const first = (total * count + scenario) * years.length;
      return Array.from(totals.subarray(first, first + years.length), (value) => value * data.scale);
    };
    const word = (column, scenario) => column.words[column.at[scenario]];
    const put = (cell, parts, moved) => {
      cell.replaceChildren(...parts);
      cell.classList.toggle("moved", moved);
    };

    const show = () => {
      const places = fields.map((field) => Number(field.value));
      const chosen = nearest(knobs, places);
      const names = knobs.map((knob) => `${knob.label} ${knob.words[knob.at[chosen]]}`).join(data.between);
      const exact = knobs.every((knob, number) => Math.abs(knob.places[knob.at[chosen]] - places[number]) <= NEAR * (knob.high - knob.low));
      said.textContent = (exact ? data.exact : data.nearest).replace("{places}", () => names);
      said.dataset.scenario = chosen;
      knobs.forEach((knob, number) => {
        const place = places[number];
        const here = `${knob.sign}${Number(place.toPrecision(3))}`;
        document.getElementById(`slider-${knob.name}-at`).textContent = here;
        fields[number].setAttribute("aria-valuetext", here);
      });
      data.numbers.forEach((column, place) => {
        const code = data.verdicts[place][chosen];
        const badge = document.getElementById(`badge-${code}`).content.cloneNode(true);
        const moved = word(column, chosen) !== word(column, stated) || code !== data.verdicts[place][stated];
        put(document.getElementById(`target-${place}`), [badge, ` ${word(column, chosen)}`], moved);
      });
      data.quantities.forEach((column, place) => {
        put(document.getElementById(`quantity-${place}`), [word(column, chosen)], word(column, chosen) !== word(column, stated));
      });
      draw(plot);
      data.lines.forEach((line, total) => {
        const trace = plot.data.findIndex((one) => one.name === line);
        Plotly.restyle(plot, { y: [series(total, chosen)] }, [trace]);
      });
    };

    fields.forEach((field) => field.addEventListener("input", show));
    document.getElementById("slider-back").addEventListener("click", () => {
      fields.forEach((field, number) => { field.value = knobs[number].now; });
      show();
    });
    fields.forEach((field, number) => { field.value = knobs[number].now; });
  };

  filter();
  sliders();
  drawInView();
})();
