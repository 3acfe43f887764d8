/** Plans for `proofload qualify`, and what it says of them. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type QualificationRecord, qualificationRecordSchema } from '../../harness/model/qualification.ts'
import type { Workplace } from './cli.ts'

export const QUIET = ['--no-history', '--quiet']

export const node = (script: string) => [process.execPath, '-e', script]
export const writes = (file: string) => node(`require('node:fs').appendFileSync('${file}', 'x')`)
export const ends = (status: number) => node(`process.exit(${status})`)

type Activities = Readonly<Record<string, Readonly<Record<string, unknown>>>>

export function writePlan(place: Workplace, activities: Activities, rest: object = {}): string {
  const written = Object.entries(activities).map(([name, activity]) => [
    name,
    { stage: 'one', expect: '1s', ...activity },
  ])
  const plan = { name: 'release', stages: { one: {} }, activities: Object.fromEntries(written), ...rest }
  return place.write('plan.json', JSON.stringify(plan))
}

export async function qualified(place: Workplace, ...args: readonly string[]) {
  const { status, stdout, stderr } = await place.run('qualify', ...args, '--json', ...QUIET)
  if (!stdout.startsWith('{')) throw new Error(`no record (exit ${status}): ${stderr}`)
  const { files: _files, ...record } = JSON.parse(stdout) as QualificationRecord & { files: object }
  return { status, record: qualificationRecordSchema.parse(record) }
}

export const outcomesOf = ({ activities }: QualificationRecord) =>
  Object.fromEntries(activities.map(({ name, outcome }) => [name, outcome]))

export function folderOf(place: Workplace): string {
  const [id = ''] = readdirSync(join(place.path, 'reports/qualify/release'))
  return join('reports/qualify/release', id)
}

export const SCENARIO = {
  name: 'short',
  target: { plugin: 'sandbox' },
  workload: { pattern: 'constant-agents', agents: 2, duration: '2s' },
  journeys: { browse: { steps: [{ request: { path: '/items/1' } }] } },
  objectives: ['p95(response_time) < 5s', 'error_ratio <= 1%'],
}
