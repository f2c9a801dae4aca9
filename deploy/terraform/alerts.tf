locals {
  # The PromQL name of each counter.
  counter = { for name in keys(local.metrics) : name => "logging_googleapis_com:user_${replace(name, "/", "_")}" }
  run     = "monitored_resource=\"cloud_run_revision\""

  # PromQL, for two reasons. Monitoring refuses a threshold on a log-based metric in the first minutes of the metric's life. And
  # `or vector(0)` also fires if the series never had a point, while Monitoring's own absence condition stays silent then.
  alerts = {
    chain-late = {
      severity = "CRITICAL"
      summary  = "The readers of a chain have no credential with enough validity left, or will soon have none."
      queries = [
        # the quota makes a chain late
        "sum(increase(${local.counter["hopmint/ticks_late"]}{${local.run}}[10m])) > 0",
        # an audit found a credential late, or one that readers cannot use
        "sum by (chain) (increase(${local.counter["hopmint/findings"]}{${local.run},event=\"finding-opened\",kind=~\"credential-late|credential-stale|credential-unusable\"}[15m])) > 0",
      ]
    }
    healed-often = {
      severity = "CRITICAL"
      summary  = "Three times within an hour, the readers of a chain had no usable credential, because somebody changed its secret. A new one now comes every ten minutes only."
      queries = [
        # fanout has stopped healing it at once
        "sum by (chain) (increase(${local.counter["hopmint/healings_limited"]}{${local.run}}[10m])) > 0",
        # an audit found it in the ledger
        "sum by (chain) (increase(${local.counter["hopmint/findings"]}{${local.run},event=\"finding-opened\",kind=\"healed-often\"}[15m])) > 0",
      ]
    }
    chain-failing = {
      severity = "ERROR"
      summary  = "The rotation of a chain failed permanently, or four times within an hour. The log line `diagnosed` names the hop and the fix. Or the functions refuse the chain file and use the last good one. The log line `chain-file-refused` names the fault."
      queries = [
        # a permanent failure
        "sum by (chain, reason) (increase(${local.counter["hopmint/failures"]}{${local.run},disposition=\"fail\"}[10m])) > 0",
        # the chain file is refused
        "sum(increase(${local.counter["hopmint/chain_files_refused"]}{${local.run}}[10m])) > 0",
        # four failures of one reason within an hour
        "sum by (chain, reason) (increase(${local.counter["hopmint/failures"]}{${local.run},disposition=\"retry\"}[1h])) >= 4",
      ]
    }
    no-tick = {
      severity = "CRITICAL"
      summary  = "fanout has carried out no tick for ten minutes, or has never carried out one. Nothing is rotated."
      queries = [
        # no tick in ten minutes
        "(sum(increase(${local.counter["hopmint/ticks"]}{${local.run}}[10m])) or vector(0)) < 1",
      ]
    }
    human-read-secret = {
      severity = "WARNING"
      summary  = "A person read the payload of a secret. If it is the secret of a chain, that person now has the credential: see docs/runbooks/leak.md."
      queries = [
        # a payload was read
        "sum by (principal, secret, project_id) (increase(logging_googleapis_com:user_${replace(local.human_reads, "/", "_")}{monitored_resource=\"audited_resource\"}[10m])) > 0",
      ]
    }
    chain-file-changed = {
      severity = "CRITICAL"
      summary  = "Somebody other than a publisher wrote the published chain file, or changed its bucket or the policy of the bucket. A writer of this file has the power of the caller."
      queries = [
        # the file or its bucket was changed
        "sum by (principal, method) (increase(logging_googleapis_com:user_${replace(local.chain_file_changes, "/", "_")}{monitored_resource=\"gcs_bucket\"}[10m])) > 0",
      ]
    }
    quota-near = {
      severity = "WARNING"
      summary  = "For ten minutes a project has used more than 80 % of a quota that rotations or audits need. Rotations may have to wait, and then credentials are late."
      queries = [
        # over 80 % for ten minutes
        join(" ", [
          "sum by (project_id, service, quota_metric) (increase(serviceruntime_googleapis_com:quota_rate_net_usage{monitored_resource=\"consumer_quota\",service=~\"${local.quotas}\"}[10m])) / 10",
          "> 0.8 *",
          # Google writes the limit once a day, so a window of one day can miss it. The names of limits are not documented. The smallest limit counts,
          # so a limit for a day needs no name, but a limit for one user does.
          "min by (project_id, service, quota_metric) (last_over_time(serviceruntime_googleapis_com:quota_limit{monitored_resource=\"consumer_quota\",service=~\"${local.quotas}\",limit_name!~\"(?i).*per_?user.*\"}[2d]))",
        ]),
      ]
    }
    audit-incomplete = {
      severity = "ERROR"
      summary  = "In the last two hours, no audit could read everything that it needs, or there was no audit. So it is not known who else can mint."
      queries = [
        # no complete audit in two hours
        "(sum(increase(${local.counter["hopmint/audits_complete"]}{${local.run}}[2h])) or vector(0)) < 1",
      ]
    }
  }

  quotas = "(cloudresourcemanager|iam|iamcredentials|secretmanager)[.]googleapis[.]com"

  runbooks = {
    for name in concat(keys(local.alerts), ["dead-letters", "drift-opened", "slo-burn", "status-failing"]) :
    name => "Runbook: ${var.runbooks_url}/${name}.md"
  }
}

resource "google_monitoring_alert_policy" "promql" {
  for_each = local.alerts

  project               = var.project_id
  display_name          = "Hopmint: ${each.key}"
  severity              = each.value.severity
  combiner              = "OR"
  enabled               = !contains(var.alerts_off, each.key)
  notification_channels = local.channels[each.value.severity]
  user_labels           = { hopmint = each.key }

  # Only one condition. Google does not document whether a PromQL condition may have others next to it, and refuses this for similar conditions.
  conditions {
    display_name = each.key

    condition_prometheus_query_language {
      query                     = join(" or ", [for query in each.value.queries : "(${query})"])
      duration                  = "0s"
      evaluation_interval       = "60s"
      disable_metric_validation = true # the metric may be younger than the policy
    }
  }

  documentation {
    mime_type = "text/markdown"
    content   = "${each.value.summary}\n\n${local.runbooks[each.key]}"
  }

  depends_on = [google_logging_metric.metrics, google_logging_metric.human_reads, google_logging_metric.chain_file_changes]
}

# One incident for each finding, with its kind and chain, and another one each day while it is critical or high. Findings about credentials have alerts of their own.
resource "google_monitoring_alert_policy" "drift_opened" {
  project               = var.project_id
  display_name          = "Hopmint: drift-opened"
  severity              = "WARNING"
  combiner              = "OR"
  enabled               = !contains(var.alerts_off, "drift-opened")
  notification_channels = local.channels["WARNING"]
  user_labels           = { hopmint = "drift-opened" }

  conditions {
    display_name = "a finding opened, or a critical or high one is still open"

    condition_matched_log {
      filter = <<-EOT
        resource.type="cloud_run_revision"
        resource.labels.service_name="hopmint-audit"
        (jsonPayload.event="finding-opened" OR (jsonPayload.event="finding-open" AND jsonPayload.findingSeverity=("critical" OR "high")))
        NOT jsonPayload.kind=("credential-late" OR "credential-stale" OR "credential-unusable" OR "healed-often")
      EOT

      label_extractors = {
        kind        = "EXTRACT(jsonPayload.kind)"
        chain       = "EXTRACT(jsonPayload.chain)"
        severity    = "EXTRACT(jsonPayload.findingSeverity)"
        fingerprint = "EXTRACT(jsonPayload.fingerprint)"
      }
    }
  }

  alert_strategy {
    auto_close = "86400s" # an open finding is reported again every day

    notification_rate_limit {
      period = "300s"
    }
  }

  documentation {
    mime_type = "text/markdown"
    content   = "IAM or Secret Manager no longer agrees with the chain file: $${log.extracted_label.severity}: $${log.extracted_label.kind} $${log.extracted_label.chain}.\n\n${local.runbooks["drift-opened"]}"
  }

  depends_on = [google_project_service.apis]
}

resource "google_monitoring_alert_policy" "dead_letters" {
  project               = var.project_id
  display_name          = "Hopmint: dead-letters"
  severity              = "ERROR"
  combiner              = "OR"
  enabled               = !contains(var.alerts_off, "dead-letters")
  notification_channels = local.channels["ERROR"]
  user_labels           = { hopmint = "dead-letters" }

  conditions {
    display_name = "a message is in hopmint-dead"

    condition_threshold {
      filter          = "resource.type=\"pubsub_subscription\" AND resource.labels.subscription_id=\"${google_pubsub_subscription.dead.name}\" AND metric.type=\"pubsub.googleapis.com/subscription/num_undelivered_messages\""
      comparison      = "COMPARISON_GT"
      threshold_value = 0
      duration        = "0s"

      aggregations {
        alignment_period   = "300s"
        per_series_aligner = "ALIGN_MAX"
      }
    }
  }

  documentation {
    mime_type = "text/markdown"
    content   = "A function crashed on a message five times. The message is now in the subscription hopmint-dead.\n\n${local.runbooks["dead-letters"]}"
  }
}
