"""What a person writes: scenario and park files, pathways of others, and the inputs they become."""
