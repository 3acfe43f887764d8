/** The files that a process, a thread, a user's module or a test starts with, without extension. */
export const ENTRIES = [
  ...['index', 'plugin', 'contract', 'api', 'cli/main', 'cli/program'],
  ...['cluster/setup-worker', 'cluster/shard-worker', 'scenario/inspect-worker', 'scenario/check-worker'],
  ...['calibration/autocannon-main', 'calibration/echo-main', 'rollback/module-main', 'contract/laws-main'],
  ...['store/history/query-main', 'targets/fs/lane-main', 'targets/sandbox/server-main'],
]
