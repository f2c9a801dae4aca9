# The functions use these names in the project HOPMINT_PROJECT.
resource "google_pubsub_topic" "topics" {
  for_each = local.topics

  project      = var.project_id
  name         = "hopmint-${each.key}"
  kms_key_name = local.keys.topics

  dynamic "message_storage_policy" {
    for_each = length(var.message_regions) == 0 ? [] : [var.message_regions]

    content {
      allowed_persistence_regions = message_storage_policy.value
    }
  }

  depends_on = [google_project_service.apis, google_kms_crypto_key_iam_member.agents]
}

locals {
  topics = toset(concat(
    ["tick", "mint", "failed", "drift", "changed", "dead"],
    var.rotated_messages ? ["rotated"] : [],
    var.compare_mints ? ["minted"] : [],
  ))

  publishers = {
    # fanout requests the due rotations.
    mint = { topic = "mint", member = local.members.fanout }
    # mint publishes failures.
    failed = { topic = "failed", member = local.members.mint }
    # mint requests another rotation if the newest version expires too early.
    tick = { topic = "tick", member = local.members.mint }
    # audit requests another rotation if readers get nothing usable, and no event has reported it.
    heal = { topic = "tick", member = local.members.audit }
    # mint announces each rotation to workloads.
    rotated = { topic = "rotated", member = local.members.mint }
    # audit publishes findings that opened, closed or are still open.
    drift = { topic = "drift", member = local.members.audit }
    # Pub/Sub's agent forwards messages that it could not deliver.
    dead = { topic = "dead", member = google_project_service_identity.pubsub.member }
  }
}

resource "google_pubsub_topic_iam_member" "publishers" {
  for_each = { for name, publisher in local.publishers : name => publisher if contains(local.topics, publisher.topic) }

  project = var.project_id
  topic   = google_pubsub_topic.topics[each.value.topic].name
  role    = "roles/pubsub.publisher" # the role has only pubsub.topics.publish
  member  = each.value.member
}
