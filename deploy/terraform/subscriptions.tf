locals {
  # A push must end before Pub/Sub sends the same message a second time. `audit` collects changes for one minute and then reads policies.
  # It observes secrets at each tick, and the first time it makes a report.
  subscriptions = merge(local.needed, var.compare_mints ? local.minted : {})

  needed = {
    tick    = { function = "fanout", path = "/", deadline = 120 }
    mint    = { function = "mint", path = "/", deadline = 120 }
    failed  = { function = "audit", path = "/failed", deadline = 300 }
    changed = { function = "audit", path = "/changed", deadline = 300 }
    observe = { function = "audit", path = "/observe", deadline = 300, topic = "tick" }
    # The canary comes back from hopmint-drift. People's subscriptions filter it out.
    canary  = { function = "audit", path = "/canary", deadline = 60, topic = "drift", filter = "attributes.kind = \"canary\"" }
    secrets = { function = "fanout", path = "/changed", deadline = 120, topic = "changed" }
  }

  # A mint that no chain declares leads to an audit at once.
  minted = {
    minted = { function = "audit", path = "/minted", deadline = 300 }
  }
}

resource "google_pubsub_subscription" "push" {
  for_each = local.subscriptions

  project                    = var.project_id
  name                       = "hopmint-${each.key}"
  topic                      = google_pubsub_topic.topics[lookup(each.value, "topic", each.key)].id
  filter                     = lookup(each.value, "filter", null)
  ack_deadline_seconds       = each.value.deadline
  message_retention_duration = "600s" # older messages are useless, because newer ticks have come

  push_config {
    push_endpoint = "${google_cloud_run_v2_service.functions[each.value.function].uri}${each.value.path}"

    oidc_token {
      service_account_email = local.emails.trigger
      audience              = google_cloud_run_v2_service.functions[each.value.function].uri
    }
  }

  # Five attempts fit into the ten minutes of retention. So a message on which a function crashes reaches the dead-letter topic before it expires.
  retry_policy {
    minimum_backoff = "10s"
    maximum_backoff = "60s"
  }

  dead_letter_policy {
    dead_letter_topic     = google_pubsub_topic.topics["dead"].id
    max_delivery_attempts = 5
  }

  # Without this, Google deletes a subscription after 31 days without activity.
  expiration_policy {
    ttl = ""
  }

  depends_on = [
    google_cloud_run_v2_service_iam_member.trigger,
    google_service_account_iam_member.push,
  ]
}

# Pub/Sub's agent signs each push as the trigger. An agent that Terraform creates has no role.
# @see https://cloud.google.com/pubsub/docs/authenticate-push-subscriptions
resource "google_service_account_iam_member" "push" {
  service_account_id = "projects/${var.project_id}/serviceAccounts/${local.emails.trigger}"
  role               = "roles/iam.serviceAccountOpenIdTokenCreator"
  member             = google_project_service_identity.pubsub.member
}

# For people, and for the alert on its messages. It pushes to no function.
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

# Pub/Sub's agent acknowledges the messages that it has forwarded to hopmint-dead.
resource "google_pubsub_subscription_iam_member" "dead" {
  for_each = google_pubsub_subscription.push

  project      = var.project_id
  subscription = each.value.name
  role         = "roles/pubsub.subscriber"
  member       = google_project_service_identity.pubsub.member
}
