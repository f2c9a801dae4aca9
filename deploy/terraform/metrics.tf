# Counters of the functions' log lines, by event. docs/deployment/metrics.md explains them.

locals {
  metrics = {
    "hopmint/ticks" = {
      description = "Ticks that fanout carried out"
      filter      = "jsonPayload.event=(\"tick\" OR \"tick-late\")"
      labels      = {}
    }
    "hopmint/ticks_late" = {
      description = "Ticks in which the write quota made chains late"
      filter      = "jsonPayload.event=\"tick-late\""
      labels      = {}
    }
    "hopmint/rotations" = {
      description = "Credentials minted, proven and stored"
      filter      = "jsonPayload.event=\"minted\""
      labels      = {}
    }
    "hopmint/healings_limited" = {
      description = "Chains that are healed every ten minutes only, because they were healed three times within an hour"
      filter      = "jsonPayload.event=\"healing-limited\""
      labels      = { chain = "jsonPayload.chain" }
    }
    "hopmint/failures" = {
      description = "Rotations that failed"
      filter      = "jsonPayload.event=\"mint-failed\" AND jsonPayload.disposition=(\"retry\" OR \"fail\")"
      labels      = { chain = "jsonPayload.chain", reason = "jsonPayload.reason", disposition = "jsonPayload.disposition" }
    }
    "hopmint/chain_files_refused" = {
      description = "Reads of a published chain file that does not pass or cannot be read; an earlier good file stays in force"
      filter      = "jsonPayload.event=(\"chain-file-refused\" OR \"chain-file-fallback\")"
      labels      = {}
    }
    "hopmint/findings" = {
      description = "Findings that opened, closed or are still open"
      filter      = "jsonPayload.event=(\"finding-opened\" OR \"finding-closed\" OR \"finding-open\")"
      labels      = { event = "jsonPayload.event", kind = "jsonPayload.kind", severity = "jsonPayload.findingSeverity", chain = "jsonPayload.chain", account = "jsonPayload.account", fingerprint = "jsonPayload.fingerprint" }
    }
    "hopmint/audits" = {
      description = "Completed audits"
      filter      = "jsonPayload.event=\"audited\""
      labels      = {}
    }
    "hopmint/audits_complete" = {
      description = "Completed full audits that could read everything that they need. An audit of what has changed does not count"
      filter      = "jsonPayload.event=\"audited\" AND jsonPayload.scope=\"whole\" AND jsonPayload.unread=0"
      labels      = {}
    }
    "hopmint/ticks_failed" = {
      description = "Ticks that failed, for one project if the label project names it"
      filter      = "jsonPayload.event=\"tick-failed\""
      labels      = { project = "jsonPayload.project" }
    }
    "hopmint/crashes" = {
      description = "Bugs that stopped a request"
      filter      = "jsonPayload.event=\"crashed\""
      labels      = {}
    }
    "hopmint/alerts_not_sent" = {
      description = "Audits whose findings, report or state could not be published or stored"
      filter      = "jsonPayload.event=\"alerts-not-sent\""
      labels      = { where = "jsonPayload.where", reason = "jsonPayload.reason" }
    }
    "hopmint/audit_faults" = {
      description = "Audits that found the stored state broken, or with a time in the future"
      filter      = "jsonPayload.event=(\"state-broken\" OR \"report-ahead\")"
      labels      = { event = "jsonPayload.event" }
    }
    "hopmint/unpublished" = {
      description = "Failures and rotations about which mint could not publish a message"
      filter      = "(jsonPayload.event=\"mint-failed\" AND jsonPayload.unpublished:*) OR (jsonPayload.event=\"minted\" AND jsonPayload.unannounced:*)"
      labels      = { event = "jsonPayload.event" }
    }
    "hopmint/changes_heard" = {
      description = "Lines of audit and fanout that say that the audit log reports changes"
      filter      = "jsonPayload.event=\"changes-heard\""
      labels      = {}
    }
    "hopmint/mints_heard" = {
      description = "Lines of audit that say that the audit log reports mints"
      filter      = "jsonPayload.event=\"mints-heard\""
      labels      = {}
    }
    "hopmint/canaries" = {
      description = "Arrivals of the canary at the end of the way of the alerts"
      filter      = "jsonPayload.event=\"canary-arrived\""
      labels      = {}
    }
  }

  human_reads        = "hopmint/human_secret_reads${local.suffix}"
  chain_file_changes = "hopmint/chain_file_changes"
  sink_changes       = "hopmint/sink_changes${local.suffix}"

  # The audit log names accounts and people by their email.
  publisher_emails = [
    for member in var.publishers : split(":", member)[1]
    if can(regex("^(user|serviceAccount):", member))
  ]
}

resource "google_logging_metric" "metrics" {
  for_each = local.metrics

  project     = var.project_id
  name        = each.key
  description = each.value.description
  filter      = "resource.type=\"cloud_run_revision\" AND resource.labels.service_name=~\"^hopmint-\" AND (${each.value.filter})"

  metric_descriptor {
    metric_kind = "DELTA"
    value_type  = "INT64"
    unit        = "1"

    dynamic "labels" {
      for_each = each.value.labels

      content {
        key = labels.key
      }
    }
  }

  label_extractors = { for name, field in each.value.labels : name => "EXTRACT(${field})" }
  depends_on       = [google_project_service.apis]
}

# Counts reads by people: by principals that are not a service account, a Kubernetes account or a member of a workload identity pool, and by
# people who impersonate an account. Members of a workforce pool have no email, and they count as people.
resource "google_logging_metric" "human_reads" {
  for_each = local.secret_projects

  project     = each.key
  name        = local.human_reads
  description = "Payloads of secrets that a person read"

  filter = <<-EOT
    log_id("cloudaudit.googleapis.com/data_access")
    protoPayload.serviceName="secretmanager.googleapis.com"
    protoPayload.methodName="google.cloud.secretmanager.v1.SecretManagerService.AccessSecretVersion"
    (
      (
        NOT protoPayload.authenticationInfo.principalEmail=~"gserviceaccount\.com$"
        NOT protoPayload.authenticationInfo.principalEmail=~"\.svc\.id\.goog\["
        NOT protoPayload.authenticationInfo.principalSubject=~"/workloadIdentityPools/"
      )
      OR (
        protoPayload.authenticationInfo.serviceAccountDelegationInfo.firstPartyPrincipal.principalEmail=~"@"
        NOT protoPayload.authenticationInfo.serviceAccountDelegationInfo.firstPartyPrincipal.principalEmail=~"gserviceaccount\.com$"
      )
    )
  EOT

  metric_descriptor {
    metric_kind = "DELTA"
    value_type  = "INT64"
    unit        = "1"

    labels {
      key = "principal"
    }
    labels {
      key = "secret"
    }
  }

  label_extractors = {
    principal = "EXTRACT(protoPayload.authenticationInfo.principalEmail)"
    secret    = "REGEXP_EXTRACT(protoPayload.resourceName, \"secrets/([^/]+)\")"
  }

  depends_on = [google_project_service.apis]
}

# Counts writes of the published chain file, and changes of its bucket and of the bucket's policy, except the writes of publishers that are
# single accounts or people. The members of a group of publishers count.
resource "google_logging_metric" "chain_file_changes" {
  project     = var.project_id
  name        = local.chain_file_changes
  description = "Changes of the published chain file or its bucket by anyone but a publisher"

  filter = join("\n", concat([
    "log_id(\"cloudaudit.googleapis.com/data_access\") OR log_id(\"cloudaudit.googleapis.com/activity\")",
    "protoPayload.serviceName=\"storage.googleapis.com\"",
    "protoPayload.resourceName=~\"^projects/_/buckets/${google_storage_bucket.chains.name}(/|$)\"",
    "protoPayload.methodName=(\"storage.objects.create\" OR \"storage.objects.update\" OR \"storage.objects.delete\" OR \"storage.setIamPermissions\" OR \"storage.buckets.update\" OR \"storage.buckets.delete\")",
    "NOT protoPayload.status.code>0",
    ], [
    for email in local.publisher_emails :
    "NOT (protoPayload.authenticationInfo.principalEmail=\"${email}\" protoPayload.methodName=~\"^storage.objects\")"
  ]))

  metric_descriptor {
    metric_kind = "DELTA"
    value_type  = "INT64"
    unit        = "1"

    labels {
      key = "principal"
    }
    labels {
      key = "method"
    }
  }

  label_extractors = {
    principal = "EXTRACT(protoPayload.authenticationInfo.principalEmail)"
    method    = "EXTRACT(protoPayload.methodName)"
  }

  depends_on = [google_project_service.apis]
}

# Counts changes of our sinks in projects. The log of an organization can have no such metric, but there one sink hears of all rotations.
resource "google_logging_metric" "sink_changes" {
  for_each = var.organization_id == null ? local.projects : toset([])

  project     = each.key
  name        = local.sink_changes
  description = "Changes and deletions of the log sink that reports changes to audit and fanout"

  filter = <<-EOT
    log_id("cloudaudit.googleapis.com/activity")
    protoPayload.methodName=~"^google.logging.v2.ConfigServiceV2.(Delete|Update)Sink$"
    protoPayload.resourceName=~"/sinks/hopmint-(changed|minted)-${var.project_id}$"
    NOT protoPayload.status.code>0
  EOT

  metric_descriptor {
    metric_kind = "DELTA"
    value_type  = "INT64"
    unit        = "1"

    labels {
      key = "principal"
    }
    labels {
      key = "method"
    }
  }

  label_extractors = {
    principal = "EXTRACT(protoPayload.authenticationInfo.principalEmail)"
    method    = "EXTRACT(protoPayload.methodName)"
  }

  depends_on = [google_project_service.apis]
}

# So that the alerts of this project see the metrics of the other projects: reads by people, quotas, and sinks.
resource "google_monitoring_monitored_project" "secrets" {
  for_each = setsubtract(var.organization_id == null ? local.projects : local.secret_projects, [var.project_id])

  metrics_scope = var.project_id
  name          = each.key
  depends_on    = [google_project_service.apis]
}
