# The code knows them by these names, in HOPMINT_PROJECT.
resource "google_pubsub_topic" "topics" {
  for_each = toset(["tick", "mint", "failed", "drift", "changed", "dead"])

  project    = var.project_id
  name       = "hopmint-${each.key}"
  depends_on = [google_project_service.apis]
}

locals {
  publishers = {
    # fanout asks for what is due.
    mint = { topic = "mint", member = local.members.fanout }
    # mint tells what failed.
    failed = { topic = "failed", member = local.members.mint }
    # mint asks for another, where the newest version would not last.
    tick = { topic = "tick", member = local.members.mint }
    # audit tells what opened and closed.
    drift = { topic = "drift", member = local.members.audit }
    # Pub/Sub itself hands on what could not be delivered.
    dead = { topic = "dead", member = google_project_service_identity.pubsub.member }
  }
}

resource "google_pubsub_topic_iam_member" "publishers" {
  for_each = local.publishers

  project = var.project_id
  topic   = google_pubsub_topic.topics[each.value.topic].name
  role    = "roles/pubsub.publisher" # pubsub.topics.publish, and nothing else
  member  = each.value.member
}
