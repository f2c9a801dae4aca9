import { type Bindings, openBindings } from './bindings.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

// Terraform judges; where it is not installed every test here fails, and says so.

let bindings: Bindings;
beforeAll(async () => {
  bindings = await openBindings();
});
afterAll(() => bindings?.close());

const opened: Workspace[] = [];
afterEach(async () => {
  for (const workspace of opened.splice(0)) await workspace.close();
});
const open: typeof openWorkspace = async (...args) => {
  const workspace = await openWorkspace(...args);
  opened.push(workspace);
  return workspace;
};

const RIGHT = `terraform {
  required_providers {
    google = {
      source  = "hashicorp/google"
      version = "~> 6.50"
    }
  }
}

provider "google" {
  project = "acme-ops"
}

data "google_project" "ours" {}

resource "google_service_account" "mint" {
  account_id = "hopmint-mint"
}

resource "google_pubsub_topic" "tick" {
  name = "hopmint-tick"
}

resource "google_pubsub_subscription" "tick" {
  name                 = "hopmint-tick"
  topic                = google_pubsub_topic.tick.id
  ack_deadline_seconds = 120
  push_config {
    push_endpoint = google_cloud_run_v2_service.mint.uri
    oidc_token {
      service_account_email = google_service_account.mint.email
    }
  }
}

resource "google_cloud_run_v2_service" "mint" {
  name     = "hopmint-mint"
  location = "europe-west1"
  ingress  = "INGRESS_TRAFFIC_INTERNAL_ONLY"
  template {
    containers {
      image = "mint"
    }
  }
}

output "number" {
  value = data.google_project.ours.number
}
`;

describe('Terraform with the provider’s schema', () => {
  it('takes what is right, makes it, has nothing to add then, and unmakes it', async () => {
    const { run } = await open(bindings, { 'main.tf': RIGHT });
    expect(await run('init', '-input=false')).toMatchObject({ status: 0 });
    expect(await run('apply', '-input=false', '-auto-approve')).toMatchObject({ status: 0 });
    const shown = await run('show', '-json');
    const { root_module: root } = JSON.parse(shown.output).values as {
      root_module: { resources: { address: string; values: Record<string, unknown> }[] };
    };
    const made = new Map(root.resources.map(({ address, values }) => [address, values]));
    expect(made.get('google_pubsub_subscription.tick')).toMatchObject({
      topic: 'projects/acme-ops/topics/hopmint-tick',
      push_config: [
        {
          push_endpoint: 'https://hopmint-mint-700000000001.europe-west1.run.app',
          oidc_token: [{ service_account_email: 'hopmint-mint@acme-ops.iam.gserviceaccount.com' }],
        },
      ],
    });
    expect(await run('plan', '-input=false', '-detailed-exitcode')).toMatchObject({ status: 0 });
    expect(await run('destroy', '-input=false', '-auto-approve')).toMatchObject({ status: 0 });
  });

  const wrong: [what: string, right: string, wrong: string, told: string][] = [
    [
      'a misspelt argument',
      'ack_deadline_seconds = 120',
      'ack_deadline_second  = 120',
      'An argument named "ack_deadline_second" is not expected here.',
    ],
    [
      'a misspelt argument in a block',
      'service_account_email',
      'service_account_mail',
      'An argument named "service_account_mail" is not expected here.',
    ],
    [
      'a misspelt block',
      'oidc_token {',
      'oidc_tokens {',
      'Blocks of type "oidc_tokens" are not expected here.',
    ],
    [
      'a wrong type',
      '= 120',
      '= "soon"',
      'Inappropriate value for attribute "ack_deadline_seconds": a number is required.',
    ],
    [
      'a missing argument',
      'account_id = "hopmint-mint"',
      '',
      'The argument "account_id" is required, but no definition was found.',
    ],
    [
      'a missing block',
      /template \{.*?\n {2}\}/s.exec(RIGHT)?.[0] ?? '',
      '',
      'Insufficient template blocks',
    ],
    [
      'one block too many',
      'push_config {',
      'push_config {\n    push_endpoint = "x"\n  }\n  push_config {',
      'Too many push_config blocks',
    ],
    [
      'a resource that there is not',
      'resource "google_pubsub_topic"',
      'resource "google_pubsub_topics"',
      'does not support resource type "google_pubsub_topics"',
    ],
    [
      'a data source that there is not',
      'data "google_project"',
      'data "google_projekt"',
      'does not support data source "google_projekt"',
    ],
    [
      'a reference to an attribute that there is not',
      'google_pubsub_topic.tick.id',
      'google_pubsub_topic.tick.ident',
      'This object has no argument, nested block, or exported attribute named "ident".',
    ],
    [
      'an attribute that only Google sets',
      'ingress  =',
      'uri = "x"\n  ingress  =',
      'uri is told by Google, and cannot be set',
    ],
    [
      'a value that the documentation does not list',
      'INGRESS_TRAFFIC_INTERNAL_ONLY',
      'INTERNAL_ONLY',
      'ingress is one of INGRESS_TRAFFIC_ALL, INGRESS_TRAFFIC_INTERNAL_ONLY, INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER, and not INTERNAL_ONLY',
    ],
  ];
  it.each(wrong)('refuses %s', async (_what, right, instead, told) => {
    expect(RIGHT).toContain(right);
    const { run } = await open(bindings, { 'main.tf': RIGHT.replace(right, instead) });
    await run('init', '-input=false');
    const { status, told: said } = await run('validate');
    expect(said.replace(/\s+/g, ' ')).toContain(told);
    expect(status).toBe(1);
  });
});
