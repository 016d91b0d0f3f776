"""What `marquee verify` asks of a deployment: from the stacks up to an event that goes all the way."""

from cli.checks import access, pipeline, rights, secrets, stacks, upkeep
from cli.checks.site import Check

CHECKS = (
    Check("stacks", "all stacks are deployed", stacks.stacks_are_there),
    Check("functions", "all functions can run", stacks.functions_can_run),
    Check("rights", "functions may do their work", rights.functions_may_do_their_work),
    Check("mappings", "queues and streams are read", stacks.queues_and_streams_are_read),
    Check("schedules", "schedules are on", stacks.schedules_are_on),
    Check("secrets", "the providers' keys are there", secrets.secrets_are_filled),
    Check("data", "there is data, and it is fresh", upkeep.data_is_there_and_fresh),
    Check("providers", "the providers may be called", upkeep.providers_answer),
    Check("jobs", "the last runs went well", upkeep.last_jobs_went_well),
    Check("queues", "dead-letter queues are empty", upkeep.dead_letter_queues_are_empty),
    Check("failures", "no failure is open", upkeep.no_failures_are_open),
    Check("alarms", "no alarm rings", upkeep.alarms_are_quiet),
    Check("subscriber", "somebody hears alarms", upkeep.somebody_hears_alarms),
    Check("operators", "there is an operator", access.there_is_an_operator),
    Check("api", "the API answers", access.api_answers),
    Check("strangers", "strangers stay out", access.strangers_stay_out),
    Check("sign-in", "people can sign in and read", access.people_can_sign_in),
    Check("pipeline", "an event goes all the way", pipeline.event_arrives),
)
