import { onWorkload, type Route, withActAs } from './route.ts';

const run = withActAs('https://cloud.google.com/run/docs/reference/iam/permissions');
const runJob = onWorkload('run-job', 'https://cloud.google.com/run/docs/execute/jobs');
const functions = withActAs('https://cloud.google.com/functions/docs/reference/iam/permissions');
const appEngine = withActAs('https://cloud.google.com/appengine/docs/standard/roles');
const appHosting = withActAs('https://firebase.google.com/docs/app-hosting/about-app-hosting');
const workflows = withActAs('https://cloud.google.com/workflows/docs/authentication');
const scheduler = withActAs('https://cloud.google.com/scheduler/docs/http-target-auth');
const tasks = withActAs('https://cloud.google.com/tasks/docs/creating-http-target-tasks');
const push = withActAs('https://cloud.google.com/pubsub/docs/authenticate-push-subscriptions');
const eventarc = withActAs('https://cloud.google.com/eventarc/docs/access-control');
const gateway = withActAs('https://cloud.google.com/api-gateway/docs/configure-dev-env');

/** Functions, services, jobs, and what calls them. */
export const SERVERLESS: readonly Route[] = [
  run('run-service-create', 'a new Cloud Run service', ['run.services.create']),
  run('run-service-update', 'a change of a Cloud Run service', ['run.services.update']),
  run('run-service-policy', 'the policy of a Cloud Run service', ['run.services.setIamPolicy']),
  run('run-job-create', 'a new Cloud Run job', ['run.jobs.create', 'run.jobs.run']),
  run('run-job-update', 'a change of a Cloud Run job', ['run.jobs.update', 'run.jobs.run']),
  run('run-worker-pool-create', 'a new Cloud Run worker pool', ['run.workerpools.create']),
  run('run-worker-pool-update', 'a change of a worker pool', ['run.workerpools.update']),
  runJob('run-job-overrides', 'other arguments for a Cloud Run job', [
    'run.jobs.runWithOverrides',
    'run.jobs.run',
  ]),
  runJob('run-job-policy', 'the policy of a Cloud Run job', ['run.jobs.setIamPolicy']),
  functions('function-create', 'a new function', ['cloudfunctions.functions.create']),
  functions('function-update', 'new code for a function', ['cloudfunctions.functions.update']),
  functions('function-policy', 'the policy of a function', [
    'cloudfunctions.functions.setIamPolicy',
  ]),
  appEngine('app-engine-version', 'a new App Engine version', ['appengine.versions.create']),
  appHosting('app-hosting-create', 'a new App Hosting backend', [
    'firebaseapphosting.backends.create',
  ]),
  appHosting('app-hosting-update', 'a change of an App Hosting backend', [
    'firebaseapphosting.backends.update',
  ]),
  workflows('workflow-create', 'a new workflow', [
    'workflows.workflows.create',
    'workflows.executions.create',
  ]),
  workflows('workflow-update', 'a change of a workflow', ['workflows.workflows.update']),
  scheduler('scheduler-job-create', 'a new Cloud Scheduler job', ['cloudscheduler.jobs.create']),
  scheduler('scheduler-job-update', 'a change of a Cloud Scheduler job', [
    'cloudscheduler.jobs.update',
  ]),
  tasks('task-create', 'a new task of Cloud Tasks', ['cloudtasks.tasks.create']),
  tasks('task-queue-update', 'the target of a queue of Cloud Tasks', ['cloudtasks.queues.update']),
  push('push-subscription-create', 'a new push subscription', ['pubsub.subscriptions.create'], {
    gives: 'id-token',
  }),
  push(
    'push-subscription-update',
    'another address for a push subscription',
    ['pubsub.subscriptions.update'],
    { gives: 'id-token' },
  ),
  eventarc('eventarc-trigger-create', 'a new Eventarc trigger', ['eventarc.triggers.create'], {
    gives: 'id-token',
  }),
  eventarc(
    'eventarc-trigger-update',
    'a change of an Eventarc trigger',
    ['eventarc.triggers.update'],
    { gives: 'id-token' },
  ),
  eventarc('eventarc-pipeline-create', 'a new Eventarc pipeline', ['eventarc.pipelines.create']),
  eventarc('eventarc-pipeline-update', 'a change of an Eventarc pipeline', [
    'eventarc.pipelines.update',
  ]),
  gateway(
    'api-gateway-config',
    'a new API Gateway configuration',
    ['apigateway.apiconfigs.create'],
    {
      gives: 'id-token',
    },
  ),
];
