variable "project_id" {
  description = "The project of this installation, with its functions, topics, buckets and alerts. A project has at most one installation."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", var.project_id))
    error_message = "Write the ID of a project, for example acme-ops, and not its number or display name."
  }
}

variable "region" {
  description = "The region of the functions and the buckets, for example europe-west1. Cloud Run and Cloud Scheduler must be available there."
  type        = string

  validation {
    condition     = can(regex("^[a-z]+-[a-z]+[0-9]+$", var.region))
    error_message = "Write a region, for example europe-west1, and not a zone or a multi-region."
  }
}

variable "organization_id" {
  description = "The number of the organization. With it, the audit reads the policies of the organization and its folders too, and receives every change. Without it, the audit reads only projects, and reports itself as incomplete if a folder or an organization is above them."
  type        = string
  default     = null

  validation {
    condition     = var.organization_id == null || can(regex("^[0-9]+$", var.organization_id))
    error_message = "Write the organization's number, for example 900000000001, without organizations/."
  }
}

variable "caller" {
  description = "The email of the chain file's caller, the account that mint runs as. It must be in project_id. By default the module creates hopmint-minter."
  type        = string
  default     = null

  validation {
    condition     = var.caller == null || endswith(coalesce(var.caller, "-"), "@${var.project_id}.iam.gserviceaccount.com")
    error_message = "Write an account of ${var.project_id}. By default Cloud Run does not accept an account of another project, and the audit expects our accounts in the caller's project."
  }
}

variable "secret_projects" {
  description = "The projects with the secrets of chains. The default is project_id."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for id in var.secret_projects : can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", id))])
    error_message = "Write IDs of projects, as acme-data."
  }
}

variable "account_projects" {
  description = "Other projects with delegates and targets of chains. Mints of their accounts are logged. Without organization_id, the audit gets its role in these projects."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for id in var.account_projects : can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", id))])
    error_message = "Write IDs of projects, as acme-data."
  }
}

variable "publishers" {
  description = "The members that may publish the chain file and pause chains, for example [\"serviceAccount:pipeline@acme-ops.iam.gserviceaccount.com\"]. Each has the power of the caller."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for member in var.publishers : can(regex("^(user|group|serviceAccount|principal|principalSet):.+$", member))])
    error_message = "Write members of IAM, for example group:platform@acme.com, and never allUsers, allAuthenticatedUsers or a domain."
  }
}

variable "tick_schedule" {
  description = "The schedule of ticks, in unix-cron format and UTC. It must match tickEvery in the chain file."
  type        = string
  default     = "* * * * *"
  nullable    = false
}

variable "audit_schedule" {
  description = "The schedule of full audits, in unix-cron format and UTC. A full audit observes each credential, so run one every 15 minutes: audit-incomplete fires after two hours without a complete audit."
  type        = string
  default     = "*/15 * * * *"
  nullable    = false
}

variable "memory" {
  description = "The memory of one instance of each function. docs/performance.md has measured values."
  type = object({
    fanout = optional(string, "512Mi")
    mint   = optional(string, "512Mi")
    audit  = optional(string, "1Gi")
  })
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for size in values(var.memory) : can(regex("^[0-9]+(Mi|Gi)$", size))])
    error_message = "Write sizes as 512Mi or 1Gi."
  }
}

variable "placeholder_image" {
  description = "The image that the services run until the first build. It needs Python 3, whose web server answers 501 to each POST, so that no tick is lost. After that, the build sets the image."
  type        = string
  # The image in which the build deploys. deploy/deploy.yaml names the source of the digest.
  default  = "gcr.io/google.com/cloudsdktool/google-cloud-cli@sha256:0820becf1b7e9ed9ee4d7ee8694428d72430138ec44a83b7e9552827b702ef25"
  nullable = false
}

variable "alerts_to" {
  description = "Who gets the alerts, by severity: email addresses, and notification channels of project_id as projects/P/notificationChannels/N. A severity that is left out uses the next higher one. Without any, alerts are visible only in the console."
  type = object({
    critical = optional(list(string), [])
    error    = optional(list(string))
    warning  = optional(list(string))
  })
  default  = {}
  nullable = false

  validation {
    condition = alltrue([
      for target in flatten([for targets in values(var.alerts_to) : targets == null ? [] : targets]) :
      can(regex("^(projects/[^/]+/notificationChannels/[0-9]+|[^@ /]+@[^@ /]+)$", target))
    ])
    error_message = "Write email addresses, or channels as projects/acme-ops/notificationChannels/123, as Monitoring lists them."
  }
}

variable "alerts_off" {
  description = "The names of alerts to create but switch off."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition = alltrue([for name in var.alerts_off : contains([
      "audit-incomplete", "canary-missing", "chain-failing", "chain-file-changed", "chain-late", "changes-unheard", "dead-letters", "drift-opened",
      "healed-often", "human-read-secret", "no-tick", "not-sent", "quota-near", "slo-burn", "status-failing", "watch-changed",
    ], name)])
    error_message = "Write names of alerts: audit-incomplete, canary-missing, chain-failing, chain-file-changed, chain-late, changes-unheard, dead-letters, drift-opened, healed-often, human-read-secret, no-tick, not-sent, quota-near, slo-burn, status-failing, watch-changed."
  }
}

variable "runbooks_url" {
  description = "The URL under which people read docs/runbooks, without a slash at the end. Each alert links to its page there."
  type        = string
  default     = "docs/runbooks"
  nullable    = false

  validation {
    condition     = !endswith(var.runbooks_url, "/")
    error_message = "Leave out the slash at the end."
  }
}

variable "data_access_logs" {
  description = "Logs reads of secrets, every mint and each write of the chain file, in project_id, secret_projects and account_projects. Terraform then owns the audit-log configuration of secretmanager.googleapis.com and iam.googleapis.com in these projects, and of storage.googleapis.com in project_id, and overwrites what another tool configured. If false, human-read-secret works only if the organization keeps these logs."
  type        = bool
  default     = true
  nullable    = false
}

variable "compare_mints" {
  description = "Compares the log of mints with the chains. The audit reports mints that no chain declares, mints of the caller that were not stored, and hops that nobody uses. It needs the log of mints: data_access_logs, or Data Access logs of ADMIN_READ that the organization keeps. Each rotation is an entry of about 2 KB, which is logged, exported and pushed: about $0.03 a month for 1,000 rotations a day, and the same for each 1,000 other mints in project_id, secret_projects and account_projects."
  type        = bool
  default     = false
  nullable    = false
}

variable "rotated_messages" {
  description = "Publishes a message to the topic hopmint-rotated after each rotation, so that workloads can read the new version at once. It contains no credential. If false, there is no such topic, and a rotation needs one call less."
  type        = bool
  default     = true
  nullable    = false
}

variable "slo_goal" {
  description = "The goal of \"always fresh\": the share of time, over 28 days, in which every chain has a credential that readers can use. docs/deployment/slo.md explains it."
  type        = number
  default     = 0.995
  nullable    = false

  validation {
    condition     = var.slo_goal > 0 && var.slo_goal < 1
    error_message = "Write a share below 1, for example 0.995."
  }
}

variable "page" {
  description = "Serves the audit's page at https://DOMAIN behind Identity-Aware Proxy, and names the members who may open it. `certificates` are your own, in place of Google's. If `load_balancer` is false, you make the load balancer: the output page_backend names its backend. By default people use a local proxy, as the README explains."
  type = object({
    domain        = string
    viewers       = set(string)
    certificates  = optional(list(string), [])
    load_balancer = optional(bool, true)
  })
  default = null

  validation {
    condition     = var.page == null || can(regex("^([a-z0-9]([a-z0-9-]*[a-z0-9])?\\.)+[a-z]{2,}$", var.page.domain))
    error_message = "Write page.domain without https:// and without a path, for example hopmint.acme.com."
  }

  validation {
    condition     = var.page == null || alltrue([for member in try(var.page.viewers, []) : can(regex("^(user|group|domain|serviceAccount):[^ ]+$", member))])
    error_message = "Write page.viewers as user:ada@acme.com, group:oncall@acme.com or domain:acme.com, never allUsers."
  }
}

variable "destroy_chain_file" {
  description = "Lets a destroy delete the bucket of the chain file, with all generations of the file. Apply this before you destroy, because a destroy uses the applied value."
  type        = bool
  default     = false
  nullable    = false
}
