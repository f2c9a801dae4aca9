locals {
  # By severity. Without an entry of its own, a severity has the entry of the next higher one.
  alert_targets = {
    CRITICAL = var.alerts_to.critical
    ERROR    = coalesce(var.alerts_to.error, var.alerts_to.critical)
    WARNING  = coalesce(var.alerts_to.warning, var.alerts_to.error, var.alerts_to.critical)
  }
  alert_addresses = toset([for target in flatten(values(local.alert_targets)) : target if strcontains(target, "@")])

  channels = {
    for severity, targets in local.alert_targets :
    severity => [for target in targets : strcontains(target, "@") ? google_monitoring_notification_channel.email[target].name : target]
  }
}

resource "google_monitoring_notification_channel" "email" {
  for_each = local.alert_addresses

  project      = var.project_id
  display_name = "Hopmint: ${each.key}"
  type         = "email"
  labels       = { email_address = each.key }
  depends_on   = [google_project_service.apis]
}
