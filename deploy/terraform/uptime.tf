locals {
  # The check comes from the internet. So it needs an audit that takes calls from there. Otherwise Cloud Scheduler checks: see status.tf.
  uptime = toset(var.ingress.audit == "all" ? ["status"] : [])
}

# This check calls audit from outside, so it also fails when nothing here runs or has ever run. It uses the identity of Monitoring's agent. Google
# already grants the agent a role that may call Cloud Run. The grant below makes this visible here.
resource "google_monitoring_uptime_check_config" "status" {
  for_each = local.uptime

  project      = var.project_id
  display_name = "Hopmint: status"
  period       = "300s"
  timeout      = "45s" # enough for a cold start and one list call for each project

  monitored_resource {
    type = "uptime_url"
    labels = {
      project_id = var.project_id
      host       = trimprefix(google_cloud_run_v2_service.functions["audit"].uri, "https://")
    }
  }

  http_check {
    request_method = "GET"
    path           = "/status?strict=1&format=json"
    port           = 443
    use_ssl        = true
    validate_ssl   = true

    accepted_response_status_codes {
      status_value = 200
    }

    service_agent_authentication {
      type = "OIDC_TOKEN"
    }
  }

  # Any other answer is not healthy, for example that of the placeholder before the first build.
  content_matchers {
    content = "\"healthy\": true"
    matcher = "CONTAINS_STRING"
  }

  depends_on = [google_cloud_run_v2_service_iam_member.uptime]
}

# The uptime check may call audit, and no other service.
resource "google_cloud_run_v2_service_iam_member" "uptime" {
  for_each = local.uptime

  project  = var.project_id
  location = var.region
  name     = google_cloud_run_v2_service.functions["audit"].name
  role     = "roles/run.servicesInvoker"
  member   = google_project_service_identity.monitoring.member
}

resource "google_monitoring_alert_policy" "status_failing" {
  for_each = local.uptime

  project               = var.project_id
  display_name          = "Hopmint: status-failing"
  severity              = "CRITICAL"
  combiner              = "OR"
  enabled               = !contains(var.alerts_off, "status-failing")
  notification_channels = local.channels["CRITICAL"]
  user_labels           = { hopmint = "status-failing" }

  conditions {
    display_name = "/status?strict=1 fails from two places"

    condition_threshold {
      filter          = "resource.type=\"uptime_url\" AND metric.type=\"monitoring.googleapis.com/uptime_check/check_passed\" AND metric.labels.check_id=\"${google_monitoring_uptime_check_config.status["status"].uptime_check_id}\""
      comparison      = "COMPARISON_GT"
      threshold_value = 1
      duration        = "60s"

      aggregations {
        alignment_period     = "1200s"
        per_series_aligner   = "ALIGN_NEXT_OLDER"
        cross_series_reducer = "REDUCE_COUNT_FALSE"
        group_by_fields      = ["resource.label.host"]
      }
    }
  }

  documentation {
    mime_type = "text/markdown"
    content   = "A credential is late, ticks have stopped, a project's secrets could not be listed, or audit does not answer.\n\n${local.runbooks["status-failing"]}"
  }
}
