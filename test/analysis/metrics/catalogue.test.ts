import * as assert from 'uvu/assert'
import { METRICS } from '../../../harness/analysis/metrics/catalogue.ts'
import { MESSAGE_METRICS } from '../../../harness/analysis/metrics/message-metrics.ts'
import type { Metric } from '../../../harness/analysis/metrics/metric.ts'
import { parseObjectives } from '../../../harness/analysis/objective-grammar.ts'
import { MEASURES } from '../../../harness/model/measures.ts'
import { describe } from '../../kit/suite.ts'

const metrics = [...METRICS.values()]
/** The metrics that every run has, whatever its targets. */
const common = metrics.filter(
  (metric) => !Object.hasOwn(MEASURES, metric.name) && !MESSAGE_METRICS.includes(metric),
)
const namesWhere = (has: (metric: Metric) => boolean, of = common) =>
  of
    .filter(has)
    .map(({ name }) => name)
    .sort()
const sorted = (text: string) => text.split(' ').sort()

const QUESTIONS: Readonly<Record<string, (metric: Metric) => boolean>> = {
  'what it means': ({ meaning }) => meaning.length > 1,
  'its unit': ({ unit }) => ['ms', '1/s', 'ratio', 'count', 'bytes', 'cores'].includes(unit),
  'which direction is better': ({ better }) => ['lower', 'higher', 'neither'].includes(better),
  'its labels': ({ labels }) => new Set(labels).size === labels.length,
  'its kind': ({ value }) => ['distribution', 'counter', 'ratio', 'gauge'].includes(value.kind),
  'on what grounds it is believed': ({ trust }) => ['clocked', 'counts', 'target'].includes(trust),
  'how it is watched': ({ watch }) =>
    typeof watch === 'object' ? watch.knownWhen !== '' : ['latest', 'whole-run', 'so-far'].includes(watch),
  'whether it is about answers': ({ isAboutAnswers }) => typeof isAboutAnswers === 'boolean',
  'which resource it is of': ({ resource }) => resource === null || resource.nameOf({ probe: 'db' }) !== '',
  'which charts show it': ({ charts, boundsOn }) =>
    [charts, boundsOn].every((subjects) => new Set(subjects).size === subjects.length),
  'which built-in objective it replaces': ({ replaces }) =>
    [null, 'errors', 'downtime', 'code', 'loss'].includes(replaces),
}

describe('Every metric', (test) => {
  for (const [question, isAnswered] of Object.entries(QUESTIONS))
    test(`can say ${question}`, () => {
      assert.equal(
        namesWhere((metric) => !isAnswered(metric), metrics),
        [],
      )
    })

  test('has a name of its own, and may be named in an objective', () => {
    assert.is(new Set(metrics.map(({ name }) => name)).size, METRICS.size)
    const bounds = { ms: '1ms', '1/s': '1/s', ratio: '1%', count: '1', bytes: '1MiB', cores: '1' }
    const texts = metrics.map(({ name, unit, value }) =>
      value.kind === 'distribution' ? `p99(${name}) < ${bounds[unit]}` : `${name} < ${bounds[unit]}`,
    )
    assert.equal(parseObjectives(texts, '').problems, [])
  })

  test('is in no chart that does not show it, where its bounds are drawn', () => {
    // A heat map shows what its lines do.
    const elsewhere = metrics.flatMap(({ name, charts, boundsOn }) =>
      boundsOn.filter((subject) => subject !== 'heatMap' && !charts.includes(subject)).map(() => name),
    )
    assert.equal(elsewhere, [])
  })
})

describe('The metrics', (test) => {
  test('believed of a generator in doubt count how requests ended, or were found out beside it', () => {
    assert.equal(
      namesWhere(({ trust }) => trust === 'counts'),
      sorted(
        'error_ratio failed_ratio retry_ratio availability downtime_ratio journey_failed_ratio code_failed_ratio checks group_failed_ratio',
      ),
    )
    assert.equal(
      namesWhere(({ trust }) => trust === 'target'),
      sorted(
        'target_cpu target_memory target_cpu_ratio target_memory_ratio rss_growth probe_value probe_cpu probe_memory visual_findings',
      ),
    )
  })

  test('that cannot be watched are those known only when something is over', () => {
    assert.equal(
      namesWhere(({ watch }) => typeof watch === 'object'),
      sorted('recovery_time backlog_drain_time visual_findings'),
    )
    assert.equal(
      namesWhere(({ value }) => value.kind === 'gauge' && value.from === 'record'),
      sorted('recovery_time backlog_drain_time visual_findings'),
    )
  })

  test('watched over the run so far are ratios, the growth of memory, and what joint conditions judged', () => {
    assert.equal(
      namesWhere(({ watch }) => watch === 'whole-run' || watch === 'so-far'),
      [...namesWhere(({ value }) => value.kind === 'ratio'), 'rss_growth', 'slo_goodput'].sort(),
    )
  })

  test('that a silent target breaches are times, shares of requests, and rates of answers', () => {
    const others = namesWhere(
      ({ isAboutAnswers, value }) =>
        isAboutAnswers &&
        value.kind !== 'distribution' &&
        !(value.kind === 'ratio' && value.from === 'requests'),
    )
    assert.equal(
      others,
      sorted('throughput goodput demand_met throughput_kept slo_attainment slo_goodput group_failed_ratio'),
    )
    assert.ok(metrics.every(({ value, isAboutAnswers }) => value.kind !== 'distribution' || isAboutAnswers))
  })

  test('of resources say whose, and what to call it', () => {
    const calledOf = (owner: string) =>
      metrics.flatMap(({ name, resource }) =>
        resource?.owner === owner ? [`${name}: ${resource.nameOf({ probe: 'db' })}`] : [],
      )
    assert.equal(calledOf('generator'), [
      'generator_cpu: generator CPU',
      'generator_memory: generator memory',
      'event_loop_utilization: event loop utilization',
      'event_loop_delay: event loop delay',
      'gc_pause: gc pause',
      'run_queue_wait: run queue wait',
    ])
    assert.equal(calledOf('target'), [
      'target_cpu: target CPU',
      'target_memory: target memory',
      'target_cpu_ratio: target CPU',
      'target_memory_ratio: target memory',
      'rss_growth: target memory',
    ])
    assert.equal(calledOf('probe'), [
      'probe_value: figure of db',
      'probe_cpu: db CPU',
      'probe_memory: db memory',
    ])
  })

  test('that take the place of a built-in objective count every error, or the downtime', () => {
    assert.equal(
      namesWhere(({ replaces }) => replaces === 'errors'),
      sorted('error_ratio availability'),
    )
    assert.equal(
      namesWhere(({ replaces }) => replaces === 'downtime'),
      ['downtime_ratio'],
    )
  })

  test('without a chart are a figure that only its probe knows, and a picture', () => {
    assert.equal(
      namesWhere(({ charts }) => charts.length === 0),
      sorted('probe_value visual_findings'),
    )
  })
})
