locals {
  # The PromQL name of each counter.
  counter = { for name in keys(local.metrics) : name => "logging_googleapis_com:user_${replace(name, "/", "_")}" }
  run     = "monitored_resource=\"cloud_run_revision\""

  # A counter has risen. A series that has just begun counts too, because nothing may be before its first point: %[1]s are the labels of an incident,
  # %[2]s is the counter, and %[3]s the window.
  rise = "(sum by (%[1]s) (increase(%[2]s[%[3]s])) > 0) or (sum by (%[1]s) (%[2]s unless %[2]s offset %[3]s) > 0)"

  # PromQL, for two reasons. Monitoring refuses a threshold on a log-based metric in the first minutes of the metric's life. And
  # `or vector(0)` also fires if the series never had a point, while Monitoring's own absence condition stays silent then.
  alerts = {
    chain-late = {
      severity = "CRITICAL"
      summary  = "The readers of a chain have no credential with enough validity left, or will soon have none."
      queries = [
        # the quota makes a chain late
        format(local.rise, "", "${local.counter["hopmint/ticks_late"]}{${local.run}}", "10m"),
        # an audit found a credential late, or one that readers cannot use
        format(local.rise, "chain", "${local.counter["hopmint/findings"]}{${local.run},event=\"finding-opened\",kind=~\"credential-late|credential-stale|credential-unusable\"}", "15m"),
        # and it still is a day later
        format(local.rise, "chain", "${local.counter["hopmint/findings"]}{${local.run},event=\"finding-open\",severity=~\"critical|high\",kind=~\"credential-late|credential-stale|credential-unusable\"}", "15m"),
      ]
    }
    healed-often = {
      severity = "CRITICAL"
      summary  = "Three times within an hour, the readers of a chain had no usable credential, because somebody changed its secret. A new one now comes every ten minutes only."
      queries = [
        # fanout has stopped healing it at once
        format(local.rise, "chain", "${local.counter["hopmint/healings_limited"]}{${local.run}}", "10m"),
        # an audit found it in the ledger
        format(local.rise, "chain", "${local.counter["hopmint/findings"]}{${local.run},event=~\"finding-opened|finding-open\",kind=\"healed-often\"}", "15m"),
      ]
    }
    chain-failing = {
      severity = "ERROR"
      summary  = "The rotation of a chain failed permanently, or four times within an hour. The log line `diagnosed` names the hop and the fix. Or the functions refuse the chain file and use the last good one. The log line `chain-file-refused` names the fault."
      queries = [
        # a permanent failure
        format(local.rise, "chain, reason", "${local.counter["hopmint/failures"]}{${local.run},disposition=\"fail\"}", "10m"),
        # the chain file is refused
        format(local.rise, "", "${local.counter["hopmint/chain_files_refused"]}{${local.run}}", "10m"),
        # four failures of one reason within an hour
        "sum by (chain, reason) (increase(${local.counter["hopmint/failures"]}{${local.run},disposition=\"retry\"}[1h])) >= 4",
      ]
    }
    no-tick = {
      severity = "CRITICAL"
      summary  = "fanout has carried out no tick for ten minutes, or has never carried out one. Nothing is rotated. Or most ticks fail for one project."
      queries = [
        # no tick in ten minutes
        "(sum(increase(${local.counter["hopmint/ticks"]}{${local.run}}[10m])) or vector(0)) < 1",
        # most ticks cannot read the secrets of one project
        "sum by (project) (increase(${local.counter["hopmint/ticks_failed"]}{${local.run}}[10m])) > 4",
      ]
    }
    human-read-secret = {
      severity = "WARNING"
      summary  = "A person read the payload of a secret. If it is the secret of a chain, that person now has the credential: see docs/runbooks/leak.md."
      queries = [
        # a payload was read
        format(local.rise, "principal, secret, project_id", "logging_googleapis_com:user_${replace(local.human_reads, "/", "_")}{monitored_resource=\"audited_resource\"}", "10m"),
      ]
    }
    chain-file-changed = {
      severity = "CRITICAL"
      summary  = "Somebody other than a publisher wrote the published chain file, or changed its bucket or the policy of the bucket. A writer of this file has the power of the caller."
      queries = [
        # the file or its bucket was changed
        format(local.rise, "principal, method", "logging_googleapis_com:user_${replace(local.chain_file_changes, "/", "_")}{monitored_resource=\"gcs_bucket\"}", "10m"),
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
    drift-opened = {
      severity = "WARNING"
      summary  = "IAM or Secret Manager no longer agrees with the chain file: $${metric_or_resource.label.severity} $${metric_or_resource.label.kind} $${metric_or_resource.label.chain} $${metric_or_resource.label.account}. Each finding has an incident of its own, and another one each day while it is critical or high. The log line with this fingerprint has the fix: $${metric_or_resource.label.fingerprint}."
      queries = [
        # a finding opened; those about credentials have alerts of their own
        format(local.rise, "kind, severity, chain, account, fingerprint", "${local.counter["hopmint/findings"]}{${local.run},event=\"finding-opened\",kind!~\"credential-late|credential-stale|credential-unusable|healed-often|canary\"}", "15m"),
        # a severe one is still open a day later
        format(local.rise, "kind, severity, chain, account, fingerprint", "${local.counter["hopmint/findings"]}{${local.run},event=\"finding-open\",severity=~\"critical|high\",kind!~\"credential-late|credential-stale|credential-unusable|healed-often|canary\"}", "15m"),
      ]
    }
    dead-letters = {
      severity = "ERROR"
      summary  = "A function crashed, or does not acknowledge messages. After five attempts a message goes to the subscription hopmint-dead, and without that it is lost after ten minutes."
      queries = [
        # a message was given up
        "max by (subscription_id) (max_over_time(pubsub_googleapis_com:subscription_num_undelivered_messages{monitored_resource=\"pubsub_subscription\",subscription_id=\"${google_pubsub_subscription.dead.name}\"}[5m])) > 0",
        # a message has waited for longer than any request may take
        "max by (subscription_id) (max_over_time(pubsub_googleapis_com:subscription_oldest_unacked_message_age{monitored_resource=\"pubsub_subscription\",subscription_id=~\"hopmint-(${join("|", keys(local.subscriptions))})\"}[5m])) > 450",
        # a function crashed, also where no message can become a dead letter
        format(local.rise, "service_name", "${local.counter["hopmint/crashes"]}{${local.run}}", "15m"),
      ]
    }
    not-sent = {
      severity = "ERROR"
      summary  = "Findings, reports or their state could not be published or stored, or a rotation could not be announced. The log has each finding in any case."
      queries = [
        # audit could not publish or store
        format(local.rise, "where, reason", "${local.counter["hopmint/alerts_not_sent"]}{${local.run}}", "15m"),
        # the stored state is broken, or has a time in the future
        format(local.rise, "event", "${local.counter["hopmint/audit_faults"]}{${local.run}}", "15m"),
        # mint could not publish a failure or announce a rotation
        format(local.rise, "event", "${local.counter["hopmint/unpublished"]}{${local.run}}", "15m"),
      ]
    }
    canary-missing = {
      severity = "CRITICAL"
      summary  = "For two hours the canary has not arrived, or its log line was not counted. So other findings may not arrive either: do not trust that all is quiet."
      queries = [
        # it did not come back from hopmint-drift
        "(sum(increase(${local.counter["hopmint/canaries"]}{${local.run}}[2h])) or vector(0)) < 1",
        # nobody counts the log lines of findings
        "(sum(increase(${local.counter["hopmint/findings"]}{${local.run},kind=\"canary\"}[2h])) or vector(0)) < 1",
      ]
    }
    changes-unheard = {
      severity = "ERROR"
      summary  = "A function hears of no changes, although rotations make some, or audit hears of no mints, or a log sink fails or was changed. So changes of policies are seen by the next full audit only, and mints are not compared."
      queries = [
        # audit
        "(sum(increase(${local.counter["hopmint/rotations"]}{${local.run}}[1h] offset 10m)) > 0) unless on () (${format(local.rise, "", "${local.counter["hopmint/changes_heard"]}{${local.run},service_name=\"hopmint-audit\"}", "70m")})",
        # fanout
        "(sum(increase(${local.counter["hopmint/rotations"]}{${local.run}}[1h] offset 10m)) > 0) unless on () (${format(local.rise, "", "${local.counter["hopmint/changes_heard"]}{${local.run},service_name=\"hopmint-fanout\"}", "70m")})",
        # audit hears of no mint, where the installation compares mints; otherwise the query has no result
        "(sum(increase(${local.counter["hopmint/rotations"]}{${local.run}}[1h] offset 10m)) > ${var.compare_mints ? 0 : "Inf"}) unless on () (${format(local.rise, "", "${local.counter["hopmint/mints_heard"]}{${local.run}}", "70m")})",
        # a sink may not publish
        format(local.rise, "project_id, name", "logging_googleapis_com:exports_error_count{monitored_resource=\"logging_sink\",name=~\"hopmint-(changed|minted)-.*\"}", "15m"),
        # somebody changed or deleted a sink of a project
        format(local.rise, "principal, method, project_id", "logging_googleapis_com:user_${replace(local.sink_changes, "/", "_")}{monitored_resource=\"logging_sink\"}", "15m"),
      ]
    }
  }

  quotas = "(cloudresourcemanager|iam|iamcredentials|secretmanager)[.]googleapis[.]com"

  runbooks = {
    for name in concat(keys(local.alerts), ["slo-burn", "status-failing", "watch-changed"]) :
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

  depends_on = [google_logging_metric.metrics, google_logging_metric.human_reads, google_logging_metric.chain_file_changes, google_logging_metric.sink_changes]
}

# Somebody changed a part of the alarm: a sink, a metric, an alert, a channel, a topic, a subscription or a schedule. It matches the audit log itself, so
# it needs none of our metrics. An apply that changes one of them raises it too.
resource "google_monitoring_alert_policy" "watch_changed" {
  project               = var.project_id
  display_name          = "Hopmint: watch-changed"
  severity              = "WARNING"
  combiner              = "OR"
  enabled               = !contains(var.alerts_off, "watch-changed")
  notification_channels = local.channels["WARNING"]
  user_labels           = { hopmint = "watch-changed" }

  conditions {
    display_name = "a part of the alarm was changed or deleted"

    condition_matched_log {
      filter = <<-EOT
        log_id("cloudaudit.googleapis.com/activity")
        NOT protoPayload.status.code>0
        (
          (protoPayload.methodName=~"^google.logging.v2.ConfigServiceV2.(Delete|Update)Sink$" AND protoPayload.resourceName:"/sinks/hopmint-")
          OR (protoPayload.methodName=~"^google.logging.v2.MetricsServiceV2.(Delete|Update)LogMetric$" AND protoPayload.resourceName:"/metrics/hopmint")
          OR protoPayload.methodName=~"^google.monitoring.v3.(AlertPolicyService.(Delete|Update)AlertPolicy|NotificationChannelService.(Delete|Update)NotificationChannel|UptimeCheckService.(Delete|Update)UptimeCheckConfig)$"
          OR (protoPayload.methodName=~"^google.pubsub.v1.(Publisher.(DeleteTopic|DetachSubscription)|Subscriber.(DeleteSubscription|UpdateSubscription|ModifyPushConfig))$" AND protoPayload.resourceName:"/hopmint-")
          OR (protoPayload.methodName=~"^google.cloud.scheduler.v1.CloudScheduler.(Pause|Delete|Update)Job$" AND protoPayload.resourceName:"/jobs/hopmint-")
        )
      EOT

      label_extractors = {
        principal = "EXTRACT(protoPayload.authenticationInfo.principalEmail)"
        method    = "EXTRACT(protoPayload.methodName)"
        resource  = "EXTRACT(protoPayload.resourceName)"
      }
    }
  }

  alert_strategy {
    auto_close = "3600s"

    notification_rate_limit {
      period = "300s"
    }
  }

  documentation {
    mime_type = "text/markdown"
    content   = "$${log.extracted_label.principal} called $${log.extracted_label.method} on $${log.extracted_label.resource}, which is a part of the alarm.\n\n${local.runbooks["watch-changed"]}"
  }

  depends_on = [google_project_service.apis]
}
