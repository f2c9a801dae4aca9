import { openWorkspace, type Workspace } from '../workspace.ts';
import { type Bindings, openBindings } from './bindings.ts';

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

const CONFIGURATION = `terraform {
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

describe('Terraform with the stand-in for Google’s provider', () => {
  it('applies a correct configuration, has nothing more to apply, and destroys it', async () => {
    const { run } = await open(bindings, { 'main.tf': CONFIGURATION });
    expect(await run('init', '-input=false')).toMatchObject({ status: 0 });
    expect(await run('apply', '-input=false', '-auto-approve')).toMatchObject({ status: 0 });
    const shown = await run('show', '-json');
    const { root_module: root } = JSON.parse(shown.stdout).values as {
      root_module: { resources: { address: string; values: Record<string, unknown> }[] };
    };
    const values = new Map(root.resources.map((resource) => [resource.address, resource.values]));
    expect(values.get('google_pubsub_subscription.tick')).toMatchObject({
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

  it.each([
    {
      mistake: 'a misspelt argument',
      right: 'ack_deadline_seconds = 120',
      wrong: 'ack_deadline_second  = 120',
      message: 'An argument named "ack_deadline_second" is not expected here.',
    },
    {
      mistake: 'a misspelt argument in a block',
      right: 'service_account_email',
      wrong: 'service_account_mail',
      message: 'An argument named "service_account_mail" is not expected here.',
    },
    {
      mistake: 'a misspelt block',
      right: 'oidc_token {',
      wrong: 'oidc_tokens {',
      message: 'Blocks of type "oidc_tokens" are not expected here.',
    },
    {
      mistake: 'a wrong type',
      right: '= 120',
      wrong: '= "soon"',
      message: 'Inappropriate value for attribute "ack_deadline_seconds": a number is required.',
    },
    {
      mistake: 'a missing argument',
      right: 'account_id = "hopmint-mint"',
      wrong: '',
      message: 'The argument "account_id" is required, but no definition was found.',
    },
    {
      mistake: 'a missing block',
      right: /template \{.*?\n {2}\}/s.exec(CONFIGURATION)?.[0] ?? '',
      wrong: '',
      message: 'Insufficient template blocks',
    },
    {
      mistake: 'one block too many',
      right: 'push_config {',
      wrong: 'push_config {\n    push_endpoint = "x"\n  }\n  push_config {',
      message: 'Too many push_config blocks',
    },
    {
      mistake: 'a resource type that does not exist',
      right: 'resource "google_pubsub_topic"',
      wrong: 'resource "google_pubsub_topics"',
      message: 'does not support resource type "google_pubsub_topics"',
    },
    {
      mistake: 'a data source that does not exist',
      right: 'data "google_project"',
      wrong: 'data "google_projekt"',
      message: 'does not support data source "google_projekt"',
    },
    {
      mistake: 'a reference to an attribute that does not exist',
      right: 'google_pubsub_topic.tick.id',
      wrong: 'google_pubsub_topic.tick.ident',
      message: 'This object has no argument, nested block, or exported attribute named "ident".',
    },
    {
      mistake: 'an attribute that only Google sets',
      right: 'ingress  =',
      wrong: 'uri = "x"\n  ingress  =',
      message: 'uri is set by Google, and cannot be configured',
    },
    {
      mistake: 'a value that the documentation does not list',
      right: 'INGRESS_TRAFFIC_INTERNAL_ONLY',
      wrong: 'INTERNAL_ONLY',
      message:
        'ingress must be one of INGRESS_TRAFFIC_ALL, INGRESS_TRAFFIC_INTERNAL_ONLY, INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER, and is INTERNAL_ONLY',
    },
  ])('refuses $mistake', async ({ right, wrong, message }) => {
    expect(CONFIGURATION).toContain(right);
    const { run } = await open(bindings, { 'main.tf': CONFIGURATION.replace(right, wrong) });
    await run('init', '-input=false');
    const { status, text } = await run('validate');
    expect(text.replace(/\s+/g, ' ')).toContain(message);
    expect(status).toBe(1);
  });
});
