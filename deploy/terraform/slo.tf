# "Always fresh" as an objective: docs/deployment/slo.md. A window of five minutes is good if a check of the status succeeded in it.

resource "google_monitoring_custom_service" "hopmint" {
  project      = var.project_id
  service_id   = "hopmint"
  display_name = "Hopmint"
  depends_on   = [google_project_service.apis]
}

resource "google_monitoring_slo" "fresh" {
  project             = var.project_id
  service             = google_monitoring_custom_service.hopmint.service_id
  slo_id              = "always-fresh"
  display_name        = "Always fresh"
  goal                = var.slo_goal
  rolling_period_days = 28

  # From outside.
  dynamic "windows_based_sli" {
    for_each = google_monitoring_uptime_check_config.status

    content {
      window_period          = "300s"
      good_bad_metric_filter = "resource.type=\"uptime_url\" AND metric.type=\"monitoring.googleapis.com/uptime_check/check_passed\" AND metric.labels.check_id=\"${windows_based_sli.value.uptime_check_id}\""
    }
  }

  # By Cloud Scheduler.
  dynamic "request_based_sli" {
    for_each = google_logging_metric.status_checks

    content {
      good_total_ratio {
        total_service_filter = "resource.type=\"cloud_scheduler_job\" AND metric.type=\"logging.googleapis.com/user/${request_based_sli.value.name}\""
        bad_service_filter   = "resource.type=\"cloud_scheduler_job\" AND metric.type=\"logging.googleapis.com/user/${request_based_sli.value.name}\" AND metric.labels.severity=\"ERROR\""
      }
    }
  }
}

locals {
  # A rate of 1 spends the budget in 28 days. With a goal of 0.995, 28 days have 40 bad windows of five minutes as their budget.
  burn_rates = {
    fast = { lookback = "3600s", rate = 30, meaning = "two bad windows within an hour" }
    slow = { lookback = "86400s", rate = 3, meaning = "five bad windows within a day" }
  }
}

resource "google_monitoring_alert_policy" "slo_burn" {
  project               = var.project_id
  display_name          = "Hopmint: slo-burn"
  severity              = "ERROR"
  combiner              = "OR"
  enabled               = !contains(var.alerts_off, "slo-burn")
  notification_channels = local.channels["ERROR"]
  user_labels           = { hopmint = "slo-burn" }

  dynamic "conditions" {
    for_each = local.burn_rates

    content {
      display_name = "${conditions.key}: at the default goal, ${conditions.value.meaning}"

      condition_threshold {
        filter          = "select_slo_burn_rate(\"${google_monitoring_slo.fresh.name}\", \"${conditions.value.lookback}\")"
        comparison      = "COMPARISON_GT"
        threshold_value = conditions.value.rate
        duration        = "0s"
      }
    }
  }

  documentation {
    mime_type = "text/markdown"
    content   = "Readers had no usable credential for so long that the error budget of \"always fresh\" runs out early.\n\n${local.runbooks["slo-burn"]}"
  }
}
