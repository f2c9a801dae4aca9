import { onWorkload, type Route, withActAs } from './route.ts';

const dataflow = withActAs('https://cloud.google.com/dataflow/docs/concepts/access-control');
const dataproc = withActAs('https://cloud.google.com/dataproc/docs/concepts/iam/iam');
const COMPOSER = 'https://cloud.google.com/composer/docs/how-to/access-control';
const composer = onWorkload('unlisted', COMPOSER);
const notebooks = withActAs('https://cloud.google.com/vertex-ai/docs/workbench/instances/iam');
const vertex = withActAs('https://cloud.google.com/vertex-ai/docs/general/custom-service-account');
const dataform = withActAs('https://cloud.google.com/dataform/docs/strict-act-as-mode');

/** Vertex AI: each permission starts something that runs as an account. */
const VERTEX = [
  ['vertex-custom-job', 'a custom job of Vertex AI', 'customJobs.create'],
  ['vertex-tuning-job', 'a hyperparameter job of Vertex AI', 'hyperparameterTuningJobs.create'],
  ['vertex-pipeline', 'a pipeline of Vertex AI', 'pipelineJobs.create'],
  ['vertex-schedule', 'a schedule of Vertex AI', 'schedules.create'],
  ['vertex-training', 'a training pipeline of Vertex AI', 'trainingPipelines.create'],
  ['vertex-batch-prediction', 'a batch prediction of Vertex AI', 'batchPredictionJobs.create'],
  ['vertex-endpoint', 'a model on an endpoint of Vertex AI', 'endpoints.deploy'],
  ['vertex-cluster', 'a persistent resource of Vertex AI', 'persistentResources.create'],
  ['vertex-agent', 'an agent of Vertex AI', 'reasoningEngines.create'],
  ['vertex-notebook', 'a notebook of Vertex AI', 'notebookRuntimes.assign'],
  ['vertex-notebook-run', 'a run of a notebook of Vertex AI', 'notebookExecutionJobs.create'],
] as const;

/** Pipelines, notebooks, and integrations. */
export const DATA: readonly Route[] = [
  dataflow('dataflow-job', 'a new Dataflow job', ['dataflow.jobs.create']),
  dataproc('dataproc-cluster', 'a new Dataproc cluster', ['dataproc.clusters.create']),
  dataproc('dataproc-batch', 'a batch of Dataproc', ['dataproc.batches.create']),
  dataproc('dataproc-session', 'a session of Dataproc', ['dataproc.sessions.create']),
  dataproc('dataproc-workflow', 'a workflow of Dataproc', [
    'dataproc.workflowTemplates.instantiateInline',
  ]),
  onWorkload('dataproc-cluster', 'https://cloud.google.com/dataproc/docs/concepts/iam/iam')(
    'dataproc-job',
    'a new job on a Dataproc cluster',
    ['dataproc.jobs.create', 'dataproc.clusters.use'],
  ),
  withActAs(COMPOSER)('composer-create', 'a new Composer environment', [
    'composer.environments.create',
  ]),
  composer('composer-update', 'a change of a Composer environment', [
    'composer.environments.update',
  ]),
  composer('composer-airflow', 'an Airflow command in a Composer environment', [
    'composer.environments.executeAirflowCommand',
  ]),
  notebooks('notebook-create', 'a new notebook instance', ['notebooks.instances.create']),
  notebooks('notebook-runtime', 'a new notebook runtime', ['notebooks.runtimes.create']),
  notebooks('notebook-execution', 'a run of a notebook', ['notebooks.executions.create']),
  notebooks('notebook-schedule', 'a schedule of a notebook', ['notebooks.schedules.create']),
  ...VERTEX.map(([name, by, permission]) => vertex(name, by, [`aiplatform.${permission}`])),
  // Who creates a repository gets the role to run it.
  dataform('dataform-create', 'a new Dataform repository', ['dataform.repositories.create']),
  dataform('dataform-update', 'a change of a Dataform repository', [
    'dataform.repositories.update',
  ]),
  onWorkload('unlisted', 'https://cloud.google.com/dataform/docs/access-control')(
    'dataform-run',
    'a run of a Dataform repository',
    ['dataform.workflowInvocations.create'],
  ),
  withActAs('https://cloud.google.com/data-fusion/docs/concepts/service-accounts')(
    'data-fusion-create',
    'a new Data Fusion instance',
    ['datafusion.instances.create'],
  ),
  withActAs('https://cloud.google.com/dataplex/docs/schedule-custom-spark-tasks')(
    'dataplex-task',
    'a task of Dataplex',
    ['dataplex.tasks.create'],
  ),
  withActAs('https://cloud.google.com/bigquery/docs/use-service-accounts')(
    'bigquery-transfer',
    'a transfer of BigQuery',
    ['bigquery.transfers.update'],
  ),
  withActAs('https://cloud.google.com/storage-transfer/docs/delegate-service-agent-permissions')(
    'storage-transfer',
    'a job of Storage Transfer',
    ['storagetransfer.jobs.create'],
  ),
  withActAs('https://cloud.google.com/apigee/docs/api-platform/security/google-auth/overview')(
    'apigee-deployment',
    'a deployment of an Apigee proxy',
    ['apigee.deployments.create'],
  ),
  withActAs('https://cloud.google.com/application-integration/docs/access-control')(
    'integration-deploy',
    'a version of an integration',
    ['integrations.integrationVersions.deploy'],
  ),
  withActAs('https://cloud.google.com/integration-connectors/docs/create-connection')(
    'connector-create',
    'a new connection of Integration Connectors',
    ['connectors.connections.create'],
  ),
];
