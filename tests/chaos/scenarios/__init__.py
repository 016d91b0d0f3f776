"""The functions under fault: one module a domain, one scenario a function."""

from tests.chaos.scenario import Scenario
from tests.chaos.scenarios.activity import ActivityConsumer
from tests.chaos.scenarios.archive import ArchiveCollector, ArchiveHarvester
from tests.chaos.scenarios.enrichment import EnrichmentSweep, EnrichmentWorker, TitleEnrichment
from tests.chaos.scenarios.ingest import IngestApi
from tests.chaos.scenarios.library import LibraryImporter, LibraryWriter
from tests.chaos.scenarios.members import LibraryApi
from tests.chaos.scenarios.notifications import DigestPlanner, DigestSender, NotificationFanout
from tests.chaos.scenarios.offers import AvailabilityWatch, PreferenceWatch
from tests.chaos.scenarios.operations import FailureInbox, ListingPlanner, ReferenceRefresh
from tests.chaos.scenarios.operators import AdminApi
from tests.chaos.scenarios.runs import DataQuality, LibraryRecount, OperationsWatch, TmdbCacheRefresh
from tests.chaos.scenarios.titles import TitleConsumer, TitleIngestion
from tests.chaos.scenarios.viewers import GuideApi, SignUpLink

# Those that take longest first, so that they run side by side.
SCENARIOS: tuple[type[Scenario], ...] = (
    *(GuideApi, LibraryApi, LibraryImporter, ArchiveHarvester, ArchiveCollector, LibraryWriter, EnrichmentWorker),
    *(AdminApi, TmdbCacheRefresh, LibraryRecount, TitleIngestion, SignUpLink, OperationsWatch, DataQuality),
    *(TitleConsumer, DigestSender, ReferenceRefresh, ListingPlanner, PreferenceWatch, NotificationFanout),
    *(AvailabilityWatch, ActivityConsumer, TitleEnrichment, EnrichmentSweep, DigestPlanner, FailureInbox, IngestApi),
)
