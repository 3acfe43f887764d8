/** The layers of ARCHITECTURE.md as rules: a file imports from lower layers and its own folder, never upwards, never from a neighbour. */
const LAYERS = [
  ['base'],
  ['model', 'ports'],
  ['measure', 'text'],
  ['workloads', 'expectations', 'engine', 'analysis', 'reporters', 'system'],
  [
    'targets',
    'broker',
    'probes',
    'alerts',
    'rollback',
    'requirements',
    'preflight',
    'store',
    'telemetry',
    'calibration',
    'visual',
    'charts',
  ],
  ['scenario', 'cluster', 'live', 'web', 'contract'],
  ['app'],
  ['cli', 'api', 'bundle'],
]

const REASONS = {
  base: 'base/ is what everything stands on: it knows nothing of the product.',
  model: 'The nouns are plain data; they must be usable without any machinery.',
  ports: 'A contract that knows its plugins is no contract.',
  text: 'Every report, page and screen writes the same figure the same way.',
  system: 'Files, processes, threads and connections are opened in one place each, by whoever may do I/O.',
  measure: 'Counts and histograms add up the same way for a shard, a second, a run and a history.',
  workloads: 'Load over time is pure mathematics: testable without a target, a thread or a clock.',
  expectations: 'Judging an answer must not depend on who fetched it.',
  engine: 'The hot path imports nothing it does not need; it must not know threads, targets or files.',
  analysis: 'Verdicts are pure functions of records: no I/O, or a stored run could not be judged again.',
  reporters: 'A report is a pure function of a finished run.',
  targets: 'A target answers requests; it must not know who plans or judges them.',
  broker: 'A broker carries and stores; what it means is not its business.',
  probes: 'A probe measures one thing outside; it must not know the run.',
  alerts: 'A channel delivers one alert; when and to whom is not its business.',
  rollback: 'A procedure undoes one thing; when, and whether it helped, is not its business.',
  requirements:
    'A requirement looks at one thing outside; what follows from its absence is not its business.',
  telemetry: 'A log line knows what it is given, not where it came from.',
  preflight: 'A check looks at a plan and a machine; it must not start anything.',
  calibration: 'A turn of a generator knows only its work.',
  store: 'Storage keeps records; it must not know how they came about.',
  visual: 'Two pictures are compared as they are; who made them, and what follows, is not its business.',
  scenario: 'Text becomes a plan without running it.',
  charts: 'A chart is data: what draws it, on paper, pages or terminals, must not be known here.',
  cluster: 'One run over threads must work the same for plans from anywhere.',
  live: 'What people watch must not be able to change a run.',
  web: 'Pages show runs; starting, stopping and judging them is the business of those who serve pages.',
  contract:
    'The laws of plugins must hold without a run: they know the contracts and nothing that uses them.',
  api: 'Programs and the command line are two doors to the same use-cases; neither stands behind the other.',
  bundle: 'It stands for what is absent, and knows nothing of who asks.',
  app: 'Use-cases are called by the command line, never the reverse.',
}

const layerRules = LAYERS.flatMap((folders, layer) =>
  folders.map((folder) => {
    // model and ports describe one another: the only two neighbours that may.
    const neighbours = folders.filter((other) => other !== folder && layer !== 1)
    const above = LAYERS.slice(layer + 1).flat()
    return {
      name: `${folder}-stays-in-its-layer`,
      comment: REASONS[folder] ?? 'The command line is the top.',
      severity: 'error',
      from: { path: `^harness/${folder}/` },
      to: { path: `^harness/(${[...neighbours, ...above, 'index\\.ts'].join('|')})` },
    }
  }),
)

/**
 * The rooms of app/ and the rooms that each may use, in the order of their floors: an arrow goes to a room above in this list.
 * A file that lies in app/ itself is a use-case that may use any room, and is used by the command line alone.
 */
const APP_ROOMS = {
  state: [[], 'Emergency state and deploy lock are shared by all use-cases: they know none of them.'],
  history: [[], 'A history keeps finished runs; how they came about is not its business.'],
  reports: [[], 'Reports are made of a record and a verdict, whoever made those.'],
  visuals: [[], 'Approved pictures are compared and kept; a run is one of those who ask.'],
  pool: [[], 'Pools are joined and started; who drives load in them is not their business.'],
  run: [
    ['state', 'history', 'reports', 'visuals', 'pool'],
    'A run takes pictures, publishes reports, heeds the shared state and is remembered; nothing else is a step of it.',
  ],
  trial: [['run'], 'A trial walks as a run does; it is neither judged nor remembered.'],
  worker: [['run', 'pool'], 'A worker drives a share of a load; whose it is, others know.'],
  rollback: [
    ['run', 'reports', 'state'],
    'A rollback validates by a load, as a run does, and publishes the run again.',
  ],
  compare: [['run'], 'Comparisons make runs; a run is given its comparer.'],
  capacity: [
    ['run', 'compare', 'history'],
    'A search makes runs and is remembered; whoever asks for it, a plan or a page, is unknown to it.',
  ],
  stored: [
    ['run', 'compare', 'reports', 'pool'],
    'A stored run, on disk or in the log of a pool, is recovered, judged and reported again, with what it was compared with.',
  ],
  qualification: [
    ['run', 'compare', 'capacity', 'visuals', 'state'],
    'A qualification makes runs, searches and comparisons; none of them knows that it is part of one.',
  ],
  serve: [
    ['run', 'compare', 'capacity', 'reports', 'history', 'state', 'pool'],
    'The dashboard starts runs and searches, and shows stored ones.',
  ],
  mcp: [
    ['run', 'compare', 'capacity', 'reports', 'history', 'state'],
    'Tools of an assistant start and read runs and searches; no use-case knows that it is called by one.',
  ],
}

const roomRules = Object.entries(APP_ROOMS).map(([room, [uses, comment]]) => ({
  name: `app-${room}-knows-its-rooms`,
  comment,
  severity: 'error',
  from: {
    path: `^harness/app/${room}/`,
    // A rollback is the last step of a run, and its validation is a load: this file is the one that crosses.
    ...(room === 'run' ? { pathNot: '^harness/app/run/act-on-verdict\\.ts$' } : {}),
  },
  to: { path: '^harness/app/', pathNot: `^harness/app/(${[room, ...uses].join('|')})/` },
}))

export default {
  forbidden: [
    ...layerRules,
    ...roomRules,
    {
      name: 'run-acts-by-rollback-alone',
      comment: 'The step that acts on a verdict may use the rollback, and no other room that uses runs.',
      severity: 'error',
      from: { path: '^harness/app/run/act-on-verdict\\.ts$' },
      to: { path: '^harness/app/', pathNot: '^harness/app/(run/|rollback/decide-rollback\\.ts$)' },
    },
    {
      name: 'cli-holds-no-use-case',
      comment:
        'A command parses flags, calls one function of app/ and renders: it computes, stores and resolves nothing itself. A type computes nothing; the vocabulary of scenarios is that of flags.',
      severity: 'error',
      from: { path: '^harness/cli/' },
      to: {
        path: '^harness/(analysis|store|cluster|engine|measure|workloads|expectations|scenario|probes|alerts|rollback|requirements|preflight|calibration|system|charts)/',
        pathNot: '^harness/scenario/(schema|json-schema)\\.ts$',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'no-cycles',
      comment: 'A cycle is one unit that pretends to be several.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'files-at-the-edges',
      comment:
        'Only edges touch the file system; health reads the kernel scheduler, which is measurement. A type opens nothing.',
      severity: 'error',
      from: {
        path: '^harness/(base|model|ports|measure|text|workloads|expectations|analysis|reporters|charts|live|web)/',
        // node:net reads addresses in loopback.ts (isIP, BlockList) and opens nothing; the pages have one door to files.
        pathNot: '^harness/(base/loopback|web/page-assets)\\.ts$',
      },
      to: {
        path: '^(node:)?(fs|fs/promises|child_process|net|tls|http|https)$',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'browser-has-no-node',
      comment:
        'What runs in a browser has no process, no files and no threads beneath it, and knows nothing of who serves it.',
      severity: 'error',
      from: { path: '^harness/web/browser/' },
      to: {
        path: '^(node:|harness/(ports|engine|system|targets|store|live|reporters)/|harness/web/(?!browser/))',
      },
    },
    {
      name: 'no-dev-dependencies',
      comment: 'What runs at the user must be installed at the user, or bundled by the build, as ECharts is.',
      severity: 'error',
      from: { path: '^harness/', pathNot: '^harness/reporters/pictures/' },
      to: { dependencyTypes: ['npm-dev'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { extensions: ['.ts', '.js', '.json'] },
  },
}
