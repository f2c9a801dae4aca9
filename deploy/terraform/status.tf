# Where nothing from the internet may call audit, Cloud Scheduler asks for the status, and the log of its attempts is the witness.

locals {
  status_job = toset(var.ingress.audit == "all" ? [] : ["status"])
}

resource "google_cloud_scheduler_job" "status" {
  for_each = local.status_job

  project          = var.project_id
  region           = var.region
  name             = "hopmint-status"
  description      = "Asks every five minutes whether all credentials are fresh. An attempt fails if one is not."
  schedule         = "*/5 * * * *"
  time_zone        = "Etc/UTC"
  attempt_deadline = "45s"

  http_target {
    http_method = "GET"
    uri         = "${google_cloud_run_v2_service.functions["audit"].uri}/status?strict=1&format=json"

    oidc_token {
      service_account_email = local.emails.trigger
      audience              = google_cloud_run_v2_service.functions["audit"].uri
    }
  }

  retry_config {
    retry_count = 0
  }

  depends_on = [google_cloud_run_v2_service_iam_member.trigger]
}

# Cloud Scheduler logs each attempt: INFO for a 2xx answer, ERROR for any other answer and for none.
resource "google_logging_metric" "status_checks" {
  for_each = local.status_job

  project     = var.project_id
  name        = "hopmint/status_checks"
  description = "Finished checks of the status by Cloud Scheduler"
  filter      = "resource.type=\"cloud_scheduler_job\" AND resource.labels.job_id=\"hopmint-status\" AND jsonPayload.\"@type\"=\"type.googleapis.com/google.cloud.scheduler.logging.AttemptFinished\""

  metric_descriptor {
    metric_kind = "DELTA"
    value_type  = "INT64"
    unit        = "1"

    labels {
      key = "severity"
    }
  }

  label_extractors = { severity = "EXTRACT(severity)" }
  depends_on       = [google_project_service.apis]
}

resource "google_monitoring_alert_policy" "status_job" {
  for_each = local.status_job

  project               = var.project_id
  display_name          = "Hopmint: status-failing"
  severity              = "CRITICAL"
  combiner              = "OR"
  enabled               = !contains(var.alerts_off, "status-failing")
  notification_channels = local.channels["CRITICAL"]
  user_labels           = { hopmint = "status-failing" }

  conditions {
    display_name = "no check of the status succeeded in 20 minutes"

    condition_prometheus_query_language {
      query                     = "(sum(increase(logging_googleapis_com:user_hopmint_status_checks{monitored_resource=\"cloud_scheduler_job\",severity!=\"ERROR\"}[20m])) or vector(0)) < 1"
      duration                  = "0s"
      evaluation_interval       = "60s"
      disable_metric_validation = true # the metric may be younger than the policy
    }
  }

  documentation {
    mime_type = "text/markdown"
    content   = "A credential is late, ticks have stopped, a project's secrets could not be listed, or audit does not answer.\n\n${local.runbooks["status-failing"]}"
  }

  depends_on = [google_logging_metric.status_checks]
}
