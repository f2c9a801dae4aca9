/** Lines to copy, at the end of the help of a command. */
const EXAMPLES: Readonly<Record<string, readonly string[]>> = {
  init: [
    './hopmint init',
    './hopmint init -f prod/chains.yaml',
    './hopmint init -f installation --project acme-ops --region europe-west1 --alerts oncall@acme.com',
  ],
  validate: ['./hopmint validate', './hopmint validate -f chains/ --json'],
  explain: [
    './hopmint explain billing-export',
    './hopmint explain --live',
    './hopmint explain billing-export --principals',
    './hopmint explain billing-export --principal group:oncall@acme.com',
    './hopmint explain billing-export --principal user:eve@acme.com --script > way-in.sh',
  ],
  plan: [
    './hopmint plan',
    './hopmint plan --chain billing-export --format gcloud',
    './hopmint plan --format terraform > hopmint.tf',
    './hopmint plan --out plan.json && ./hopmint apply plan.json',
    './hopmint plan --cost',
  ],
  apply: [
    './hopmint apply',
    './hopmint apply --yes --wait 0 --json',
    './hopmint apply plan.json --yes   # refuses if the plan has changed',
  ],
  publish: [
    './hopmint publish',
    './hopmint publish --dry-run --json',
    './hopmint publish --yes --remove release-stamp',
  ],
  pause: [
    './hopmint pause billing-export --until 4h --reason INC-1234',
    './hopmint pause billing-export --until now --reason "INC-1234 is over"',
    './hopmint pause billing-export --until 4h --reason INC-1234 -f gs://acme-ops-hopmint-chains/chains.jsonl',
  ],
  doctor: [
    './hopmint doctor --pre --region europe-west1',
    './hopmint doctor',
    './hopmint doctor --probe --json',
    './hopmint doctor --role > doctor.yaml',
  ],
  tick: ['./hopmint tick', './hopmint tick --chain billing-export --force'],
  mint: ['./hopmint mint billing-export'],
  status: ['./hopmint status', './hopmint status --chain billing-export --json'],
  audit: [
    './hopmint audit',
    './hopmint audit --json > report.json',
    './hopmint audit --certificate proof.json',
  ],
  verify: [
    './hopmint verify proof.json',
    './hopmint verify proof.json --chain billing-export',
    './hopmint verify proof.json --json -f chains.yaml   # refuses another chain file',
  ],
  read: ['./hopmint read billing-export', './hopmint read billing-export --exec -- ./upload.sh'],
  local: [
    './hopmint local --seed world.yaml',
    'eval "$(./hopmint local env --as user:ada@acme.com)"',
  ],
  start: ['npm start', 'npm start -- -f chains.yaml --once --json'],
};

export const examplesOf = (command: string): string => {
  const lines = EXAMPLES[command];
  return lines ? `\nExamples:\n${lines.map((line) => `  ${line}\n`).join('')}` : '';
};

export const FIRST_STEPS = `
Begin with:
  ./hopmint init          write a first chain file
  ./hopmint doctor --pre  check whether it can work here
  ./hopmint plan          list what IAM and Secret Manager lack for it
  ./hopmint apply         add that, and check that every chain mints
  ./hopmint publish       give the chain file to the functions
  ./hopmint status        show what readers of each chain get

Sources, for --file:
  chains.yaml             a chain file, in YAML or JSON
  chains/                 a folder: one file with the settings, and any number of files with "chains:" only. It reads *.yaml, *.yml and
                          *.json. It ignores subfolders, hidden files and *.schema.json.
  gs://BUCKET/OBJECT      a chain file in Cloud Storage, or the published file that the functions read

Environment:
  HOPMINT_CLOUD                       the address of a local cloud in place of Google, such as http://127.0.0.1:8787
  CLOUDSDK_AUTH_ACCESS_TOKEN_FILE     a file with the access token to use; by default, application default credentials
  NO_COLOR                            no colour

Exit codes:
  0 success, 1 findings, a failed chain or something left to do, 2 wrong input, 3 the cloud refused or did not answer
`;
