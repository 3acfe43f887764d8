/** The table of commands: what help says of each, and where its module is. A module is loaded when its command is meant. */
import type { Command } from 'commander'
import type { CommandContext } from './command-context.ts'

/** One command of the command line. */
interface CommandEntry {
  readonly name: string
  readonly description: string
  /** Loads what adds the arguments, the options and the action to the command. */
  readonly load: () => Promise<(command: Command, context: CommandContext) => void>
}

/** All commands, in the order in which help lists them. */
export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'run',
    description: 'run a load test and judge it',
    load: async () => (await import('./run.ts')).addRunCommand,
  },
  {
    name: 'try',
    description: 'walk the journeys of a scenario once with one agent, and show every request and answer',
    load: async () => (await import('./try.ts')).addTryCommand,
  },
  {
    name: 'check',
    description: 'load and resolve a scenario, report every problem, send nothing',
    load: async () => (await import('./check.ts')).addCheckCommand,
  },
  {
    name: 'plan-samples',
    description: 'compute how many requests and how much time it takes to prove the objectives',
    load: async () => (await import('./plan-samples.ts')).addPlanSamplesCommand,
  },
  {
    name: 'plan-path',
    description: 'compute the critical path and the slack of activities that need one another; send nothing',
    load: async () => (await import('./plan-path.ts')).addPlanPathCommand,
  },
  {
    name: 'preflight',
    description: 'run only the preflight checks; send no load',
    load: async () => (await import('./preflight.ts')).addPreflightCommand,
  },
  {
    name: 'judge',
    description: 'judge a stored run again with other objectives; keeps its comparison',
    load: async () => (await import('./judge.ts')).addJudgeCommand,
  },
  {
    name: 'report',
    description: 'render a stored run in any report format',
    load: async () => (await import('./report.ts')).addReportCommand,
  },
  {
    name: 'capacity',
    description: 'find the highest load that keeps the objectives, and confirm it',
    load: async () => (await import('./capacity.ts')).addCapacityCommand,
  },
  {
    name: 'qualify',
    description: 'run the activities of a plan, judge its stages, and end in one answer',
    load: async () => (await import('./qualify.ts')).addQualifyCommand,
  },
  {
    name: 'baseline',
    description: 'manage approved runs that later runs are compared with',
    load: async () => (await import('./baseline.ts')).addBaselineCommand,
  },
  {
    name: 'ab',
    description: 'compare two running builds by three to five pairs of alternating runs',
    load: async () => (await import('./ab.ts')).addAbCommand,
  },
  {
    name: 'compare',
    description:
      'judge runs measured elsewhere: reads a comparison document from stdin, prints one line of JSON per case',
    load: async () => (await import('./compare.ts')).addCompareCommand,
  },
  {
    name: 'history',
    description: 'show, export, import and delete past runs',
    load: async () => (await import('./history.ts')).addHistoryCommand,
  },
  {
    name: 'trend',
    description: 'show a metric across runs and where it changed',
    load: async () => (await import('./trend.ts')).addTrendCommand,
  },
  {
    name: 'emergency',
    description: 'halt load everywhere, or allow it again',
    load: async () => (await import('./emergency.ts')).addEmergencyCommand,
  },
  {
    name: 'rollback',
    description: 'show rollbacks, and resume or abort one whose process was killed',
    load: async () => (await import('./rollback.ts')).addRollbackCommand,
  },
  {
    name: 'calibrate',
    description:
      'compare the load generator with autocannon on one target, and store the result for this machine',
    load: async () => (await import('./calibrate.ts')).addCalibrateCommand,
  },
  {
    name: 'triage',
    description: 'check whether a breach is reproducible, and roll the system back if it is',
    load: async () => (await import('./triage.ts')).addTriageCommand,
  },
  {
    name: 'visual',
    description: 'compare screenshots and videos with approved ones',
    load: async () => (await import('./visual.ts')).addVisualCommand,
  },
  {
    name: 'recover',
    description: 'build a record and a verdict (never GO) from the measurements of a killed run',
    load: async () => (await import('./recover.ts')).addRecoverCommand,
  },
  {
    name: 'plugin',
    description: 'show, pin, test and begin plugins',
    load: async () => (await import('./plugin.ts')).addPluginCommand,
  },
  {
    name: 'sandbox',
    description: 'serve the sandbox target in the foreground, on loopback',
    load: async () => (await import('./sandbox.ts')).addSandboxCommand,
  },
  {
    name: 'serve',
    description: 'serve the dashboard and the API: start runs, by schedule too, watch them, browse past runs',
    load: async () => (await import('./serve.ts')).addServeCommand,
  },
  {
    name: 'config',
    description: 'show the configuration of the project, each value with where it comes from',
    load: async () => (await import('./config.ts')).addConfigCommand,
  },
  {
    name: 'mcp',
    description:
      'serve an assistant over the Model Context Protocol: read, and start load where flags allow it',
    load: async () => (await import('./mcp.ts')).addMcpCommand,
  },
  {
    name: 'worker',
    description: 'drive load for runs elsewhere: wait in a pool, serve one run at a time',
    load: async () => (await import('./worker.ts')).addWorkerCommand,
  },
  {
    name: 'pool',
    description: 'show who is in a pool of workers, make one, and see to runs that were left behind',
    load: async () => (await import('./pool.ts')).addPoolCommand,
  },
  {
    name: 'import',
    description: 'make a scenario of a recording, a description, a log, or a script of another tool',
    load: async () => (await import('./import.ts')).addImportCommand,
  },
  {
    name: 'record',
    description: 'record what passes through a proxy on loopback, and make a scenario of it',
    load: async () => (await import('./record.ts')).addRecordCommand,
  },
  {
    name: 'docs',
    description: 'print a page of the manual',
    load: async () => (await import('./docs.ts')).addDocsCommand,
  },
  {
    name: 'init',
    description: 'write a working scenario to start from',
    load: async () => (await import('./init.ts')).addInitCommand,
  },
  {
    name: 'schema',
    description: 'print the JSON Schema of YAML and JSON scenarios, for editors',
    load: async () => (await import('./schema.ts')).addSchemaCommand,
  },
]
