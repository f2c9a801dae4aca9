# Cloud Scheduler's service agent publishes the tick and creates the token. Google grants the agent its role when the API is enabled.

resource "google_cloud_scheduler_job" "tick" {
  project     = var.project_id
  region      = var.region
  name        = "hopmint-tick"
  description = "One tick: fanout sends mint requests for the due chains."
  schedule    = var.tick_schedule
  time_zone   = "Etc/UTC"

  pubsub_target {
    topic_name = google_pubsub_topic.topics["tick"].id
    data       = base64encode("{}")
  }

  depends_on = [google_project_service.apis]
}

resource "google_cloud_scheduler_job" "audit" {
  project          = var.project_id
  region           = var.region
  name             = "hopmint-audit"
  description      = "A full audit, also when nothing has changed."
  schedule         = var.audit_schedule
  time_zone        = "Etc/UTC"
  attempt_deadline = "300s" # the longest time that a request to audit may take

  http_target {
    http_method = "POST"
    uri         = "${google_cloud_run_v2_service.functions["audit"].uri}/"
    headers     = { Accept = "application/json", "Content-Type" = "application/json" }

    oidc_token {
      service_account_email = local.emails.trigger
      audience              = google_cloud_run_v2_service.functions["audit"].uri
    }
  }

  retry_config {
    retry_count = 1
  }

  depends_on = [google_cloud_run_v2_service_iam_member.trigger]
}
