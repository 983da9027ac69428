"""Sorts photographs into folders by the month in which they were taken."""
from datetime import datetime
from pathlib import Path
import shutil
import sys


def month_of(photo: Path) -> str:
    """The folder for a photograph: its time of change, as year and month."""
    return datetime.fromtimestamp(photo.stat().st_mtime).strftime("%Y-%m")


def sort_photos(source: Path, target: Path) -> int:
    """Moves every photograph below source and says how many there were. Existing files are never overwritten."""
    moved = 0
    for photo in sorted(source.rglob("*.jpg")):
        folder = target / month_of(photo)
        folder.mkdir(parents=True, exist_ok=True)
        place = folder / photo.name
        if place.exists():
            print(f"left alone, already there: {place}", file=sys.stderr)
            continue
        shutil.move(str(photo), place)
        moved += 1
    return moved


if __name__ == "__main__":
    print(sort_photos(Path(sys.argv[1]), Path(sys.argv[2])))
