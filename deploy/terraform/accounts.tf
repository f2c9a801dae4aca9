locals {
  # The audit identifies our own accounts by these names in the caller's project. Others may make the accounts, and then they need these names.
  own_accounts = {
    minter = {
      title       = "caller"
      description = "The first account of every chain. The function mint runs as this account and mints through the delegates that trust it."
    }
    fanout = {
      title       = "fanout"
      description = "Reads ledgers and sends mint requests for due chains. It cannot mint and cannot read a payload."
    }
    audit = {
      title       = "audit"
      description = "Reads policies and ledgers, and writes its reports. It cannot change a policy, cannot mint and cannot read a payload."
    }
    trigger = {
      title       = "trigger"
      description = "Pub/Sub and Cloud Scheduler call the functions as this account. It has no other permission."
    }
    check = {
      title       = "check"
      description = "Runs checks and tests. It can read the uploaded source and write its log, and has no other permission."
    }
    build = {
      title       = "build"
      description = "Builds the image and pushes it to one repository. It cannot deploy, and cannot act as another account."
    }
    deploy = {
      title       = "deploy"
      description = "Deploys an image by its digest. The deployed code runs as the caller, so this account is as powerful as the caller."
    }
  }

  created_accounts = {
    for name, account in local.own_accounts : name => account
    if var.create_accounts && !(name == "minter" && var.caller != null)
  }

  # The email of each account. A created account is there before anything uses its email.
  emails = {
    for name in keys(local.own_accounts) :
    name => contains(keys(local.created_accounts), name) ? google_service_account.accounts[name].email : (
      name == "minter" && var.caller != null ? var.caller : "hopmint-${name}@${var.project_id}.iam.gserviceaccount.com"
    )
  }
  account_members = { for name, email in local.emails : name => "serviceAccount:${email}" }

  # The account that each function runs as.
  accounts = {
    fanout = local.emails.fanout
    mint   = local.emails.minter
    audit  = local.emails.audit
  }
  members = { for name, email in local.accounts : name => "serviceAccount:${email}" }
}

resource "google_service_account" "accounts" {
  for_each = local.created_accounts

  project      = var.project_id
  account_id   = "hopmint-${each.key}"
  display_name = "Hopmint ${each.value.title}"
  description  = each.value.description
  depends_on   = [google_project_service.apis]
}
