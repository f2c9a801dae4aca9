locals {
  # By path and by query both: the path tells the topic to the framework, the query makes Pub/Sub send a CloudEvent, as it does for Eventarc.
  event = "?__GCP_CloudEventsMode=CE_PUBSUB_BINDING"

  # A push is over before Pub/Sub would send it again beside the first. `audit` gathers changes for a minute, and then reads policies.
  subscriptions = {
    tick    = { function = "fanout", path = "/projects/${var.project_id}/topics/hopmint-tick${local.event}", deadline = 120 }
    mint    = { function = "mint", path = "/projects/${var.project_id}/topics/hopmint-mint${local.event}", deadline = 120 }
    failed  = { function = "audit", path = "/failed", deadline = 300 }
    changed = { function = "audit", path = "/changed", deadline = 300 }
  }
}

resource "google_pubsub_subscription" "push" {
  for_each = local.subscriptions

  project                    = var.project_id
  name                       = "hopmint-${each.key}"
  topic                      = google_pubsub_topic.topics[each.key].id
  ack_deadline_seconds       = each.value.deadline
  message_retention_duration = "600s" # older ones are of no use: another tick has come since

  push_config {
    push_endpoint = "${google_cloud_run_v2_service.functions[each.value.function].uri}${each.value.path}"

    oidc_token {
      service_account_email = google_service_account.trigger.email
      audience              = google_cloud_run_v2_service.functions[each.value.function].uri
    }
  }

  # Five attempts of a function that crashes fit well into the ten minutes, so that it is told, and not forgotten.
  retry_policy {
    minimum_backoff = "10s"
    maximum_backoff = "60s"
  }

  dead_letter_policy {
    dead_letter_topic     = google_pubsub_topic.topics["dead"].id
    max_delivery_attempts = 5
  }

  # Without it a subscription is deleted after 31 quiet days.
  expiration_policy {
    ttl = ""
  }

  depends_on = [google_cloud_run_v2_service_iam_member.trigger]
}

# For people, and for the alert on what lies there: nobody is pushed this.
resource "google_pubsub_subscription" "dead" {
  project                    = var.project_id
  name                       = "hopmint-dead"
  topic                      = google_pubsub_topic.topics["dead"].id
  ack_deadline_seconds       = 60
  message_retention_duration = "604800s"

  expiration_policy {
    ttl = ""
  }
}

# Pub/Sub itself acknowledges what it has handed on to hopmint-dead.
resource "google_pubsub_subscription_iam_member" "dead" {
  for_each = google_pubsub_subscription.push

  project      = var.project_id
  subscription = each.value.name
  role         = "roles/pubsub.subscriber"
  member       = google_project_service_identity.pubsub.member
}
