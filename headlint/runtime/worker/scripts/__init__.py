"""How a script is run: watched over, behind walls, with holes for what can't be had, its loose ends called."""
