// What runs before any library of the program does; there is nothing to call.
