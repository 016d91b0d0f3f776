import subprocess
import sys


def test_the_clients_are_imported_without_boto3_and_without_building_a_validator():
    script = """
import sys
from pydantic import BaseModel
from marquee.clients.tmdb import TmdbClient, TmdbMovie
from marquee.clients.watchmode import TitleDetails, WatchModeClient
assert "boto3" not in sys.modules and "botocore" not in sys.modules
assert not TmdbMovie.__pydantic_complete__ and not TitleDetails.__pydantic_complete__
"""
    subprocess.run([sys.executable, "-c", script], check=True, env={"PYTHONPATH": ":".join(sys.path)})
