"""What a register would have stopped in a log: read line by line, summed in constant memory."""
