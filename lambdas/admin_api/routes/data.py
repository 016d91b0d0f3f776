"""`/admin/dynamodb/summary`, `/admin/providers`, `/admin/quality`: what there is, how fresh and how good it is."""

from admin_api import stores
from admin_api.answers import ProvidersAnswer, QualityAnswer, SummaryAnswer
from admin_api.providers import provider_answer
from marquee.event_handler import new_router

TREND_DAYS = 90

router = new_router()


@router.get("/admin/dynamodb/summary", summary="See what the tables hold", tags=["Operators"])
def read_summary() -> SummaryAnswer:
    """Return how much the tables hold, each number with how it was come by, and how fresh the data is."""
    return SummaryAnswer(tables=stores.tables().counted(), freshness=stores.tables().freshness())


@router.get("/admin/providers", summary="See how providers are used", tags=["Operators"])
def list_providers() -> ProvidersAnswer:
    """Return the pace, the credits and the circuit breaker of each provider."""
    return ProvidersAnswer(providers=[provider_answer(each.snapshot()) for each in stores.governors()])


@router.get("/admin/quality", summary="See the quality of the data", tags=["Operators"])
def read_quality() -> QualityAnswer:
    """Return what the last measurement found, with a few titles of each kind, and what was counted by day."""
    report = stores.quality().latest()
    return QualityAnswer(
        as_of=report.as_of if report else None,
        measures=list(report.measures) if report else [],
        trend=stores.quality().trend(TREND_DAYS),
    )
