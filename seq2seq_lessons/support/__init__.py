"""What no lesson teaches: files, devices, several processes, the models that lessons share, the day-before check."""
