import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { metricValue } from '../../harness/analysis/metric-values.ts'
import { parseObjectives } from '../../harness/analysis/objective-grammar.ts'
import { labelText } from '../../harness/analysis/objective-label-text.ts'
import { RecordView } from '../../harness/analysis/record-view.ts'
import { demandOf } from '../../harness/model/demand.ts'
import { quantileOf } from '../../harness/model/percentile.ts'
import { objectiveSchema } from '../../harness/model/plan/objective-schema.ts'
import { aRecord } from '../kit/builders.ts'
import { describe } from '../kit/suite.ts'

const parsed = (expect: string) => parseObjectives([expect], 'objectives')

describe('Objectives on resources', (test) => {
  test('may write the growth of memory with or without the target in brackets', () => {
    const [short, long, spaced] = ['rss_growth', 'rss_growth(target)', ' rss_growth ( target )'].map(
      (left) => {
        const { objectives, problems } = parsed(`${left} < 300MiB`)
        assert.equal(problems, [])
        const { id: _id, expect: _expect, claim: _claim, ...rest } = objectives[0]!
        return rest
      },
    )

    assert.equal([short?.fn, short?.metric, short?.bound], ['value', 'rss_growth', 300 * 1024 ** 2])
    assert.equal(long, short)
    assert.equal(spaced, short)
  })

  test('watch growth over the run so far: a slope of a few seconds is noise', () => {
    assert.is(parsed('rss_growth(target) < 300MiB').objectives[0]?.watch?.windowMs, null)
    assert.is(parsed('target_memory_ratio <= 90%').objectives[0]?.watch?.windowMs, 10_000)
  })

  test('know ratios, and figures of probes as plain numbers', () => {
    const [cpu, gc] = ['target_cpu_ratio <= 85%', 'max(probe_value{probe=gc}) < 50'].map(
      (expect) => parsed(expect).objectives[0],
    )

    assert.equal([cpu?.metric, cpu?.bound], ['target_cpu_ratio', 0.85])
    assert.equal([gc?.fn, gc?.labels, gc?.bound], ['max', { probe: 'gc' }, 50])
  })

  for (const wrong of [
    'rss_growth(other) < 1MiB',
    'rss_growth(target) < 1',
    'probe_value{pobe=gc} < 1',
    'target(rss_growth) < 1MiB',
  ])
    test(`refuse ${wrong}`, () => assert.is(parsed(wrong).problems.length, 1))
})

describe('Labels of objectives', (test) => {
  const labelsOf = (labels: string) => {
    const { objectives, problems } = parsed(`p95(response_time{${labels}}) < 1s`)
    assert.equal(problems, [], labels)
    return objectives[0]?.labels
  }

  test('hold any character in quotes', () => {
    for (const name of ['search, by name', 'filter a=b', 'close }', '{open', ' blanks ', 'a < 5ms', 'käse'])
      assert.equal(labelsOf(`step="${name}"`), { step: name })
    assert.equal(labelsOf(String.raw`step="say \"hi\"", phase="back\\slash"`), {
      step: 'say "hi"',
      phase: 'back\\slash',
    })
  })

  test('need no quotes for what holds no comma, brace or quote', () => {
    assert.equal(labelsOf(' step = filter a=b , phase=peak, '), { step: 'filter a=b', phase: 'peak' })
    assert.equal(labelsOf('step=GET /items?a=1 (all)'), { step: 'GET /items?a=1 (all)' })
  })

  test('are read back as they are written, whatever the value', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1 }).filter((value) => !/[\n\r\u2028\u2029]/.test(value)),
        (value) => {
          const written = labelText('step', value)
          const { objectives } = parsed(`p95(response_time${written}) < 1s`)
          assert.is(objectives[0]?.labels['step'], value, written)
          assert.is(objectives[0]?.claim, `p95(response_time${written})`)
        },
      ),
    )
  })

  test('that cannot be read are told with the right form', () => {
    for (const [labels, message] of [
      ['step="a"b', 'no labels'],
      ['step="open', 'is not an objective'],
      ['step', "the label 'step' has no value"],
      ['step=a, b', "no label 'b'"],
    ])
      assert.match(parsed(`p95(response_time{${labels}}) < 1s`).problems[0]?.message ?? '', message ?? '')
  })

  test('of pictures may be in quotes as well', () => {
    assert.equal(parsed('visual("home, wide")').objectives[0]?.labels, { visual: 'home, wide' })
  })
})

describe('Functions of objectives', (test) => {
  const record = aRecord({ okMs: Array.from({ length: 1_000 }, (_, i) => i + 1) })
  const observed = (expect: string) => {
    const { objectives, problems } = parsed(expect)
    assert.equal(problems, [], expect)
    return metricValue(new RecordView(record), objectives[0]!)
  }

  test('are any percentile above 0 and below 100', () => {
    const figures = ['p75', 'p0.1', 'p99.9', 'p5'].map((fn) => observed(`${fn}(response_time) < 1s`)!)
    for (const [i, ms] of [750, 1, 999, 50].entries())
      assert.ok(Math.abs(figures[i]! - ms) <= ms / 100, `${figures[i]}, not ${ms}`)
    assert.is(quantileOf('p99.9'), 0.999)
    assert.is(quantileOf('p99.99'), 0.9999)
    for (const fn of ['p0', 'p100', 'p101', 'p99.', 'p0.0'])
      assert.match(parsed(`${fn}(response_time) < 1s`).problems[0]?.message ?? '', `no percentile '${fn}'`)
  })

  test('are stored and read again with the plan', () => {
    const plan = parsed('p99.99(response_time) < 1s').objectives[0]!
    assert.equal(objectiveSchema.parse(plan), plan)
    assert.not(objectiveSchema.safeParse({ ...plan, fn: 'p100' }).success)
  })

  test('are the lowest value, too', () => {
    assert.ok(Math.abs(observed('min(response_time) < 1s')! - 1) < 0.01)
    assert.is(observed('min(active_agents) >= 1'), 10)
  })
})

describe('Bounds of objectives', (test) => {
  test('may have a blank before their unit, as they are shown', () => {
    const [time, ratio, share, rate, bytes] = [
      'p99(response_time) < 100 ms',
      'error_ratio < 1 %',
      'share(response_time <= 100 ms) >= 99 %',
      'rate(requests) > 50 /s',
      'rss_growth < 300 MiB',
    ].map((expect) => parsed(expect).objectives[0])
    assert.equal(
      [time?.bound, ratio?.bound, share?.within, share?.bound, rate?.bound, bytes?.bound],
      [100, 0.01, 100, 0.99, 50, 300 * 1024 ** 2],
    )
    assert.equal([time?.claim, share?.claim], ['p99(response_time)', 'share(response_time <= 100 ms)'])
  })

  for (const wrong of [
    'p99(response_time) < 100 200ms',
    'p99(response_time) < 100 kg',
    'error_ratio < 1 % x',
  ])
    test(`refuse ${wrong}`, () => assert.is(parsed(wrong).problems.length, 1))
})

describe('What is told of an objective', (test) => {
  const told = (input: unknown) => demandOf(parseObjectives([input], 'objectives').objectives[0]!)

  test('is its claim, operator, bound and unit as fields', () => {
    assert.equal(told('share(response_time{step=x} <= 100ms)  >= 99%'), {
      id: 'share-response_time-step-x-le-100ms-ge-99pct',
      name: null,
      expect: 'share(response_time{step=x} <= 100ms)  >= 99%',
      claim: 'share(response_time{step=x} <= 100ms)',
      op: '>=',
      bound: 0.99,
      unit: 'ratio',
    })
    assert.equal(
      ['visual(home)', 'rss_growth(target) < 3MiB', 'rate(requests) > 50/s', 'count(requests) > 5'].map(
        (text) => {
          const { claim, op, unit } = told(text)
          return `${claim} ${op} ${unit}`
        },
      ),
      [
        'visual(home) <= count',
        'rss_growth(target) < bytes',
        'rate(requests) > 1/s',
        'count(requests) > count',
      ],
    )
  })

  test('has the name of its author beside it', () => {
    const { id, name, claim } = told({ name: 'Item page p99', expect: 'p99(response_time) < 250ms' })
    assert.equal([id, name, claim], ['Item page p99', 'Item page p99', 'p99(response_time)'])
  })
})

describe('Objectives on pictures', (test) => {
  test('are short for no findings', () => {
    for (const text of [
      'visual(homepage)',
      ' visual ( homepage ) ',
      'visual_findings{visual=homepage} <= 0',
    ]) {
      const [objective] = parsed(text).objectives
      assert.equal(
        [objective?.metric, objective?.labels, objective?.fn, objective?.op, objective?.bound],
        ['visual_findings', { visual: 'homepage' }, 'value', '<=', 0],
      )
      assert.is(objective?.expect, text.trim())
    }
  })

  test('cannot be watched, so they end no load', () => {
    for (const key of ['window', 'for', 'grace', 'abort']) {
      const value = key === 'abort' ? true : '10s'
      const { problems } = parseObjectives([{ expect: 'visual(homepage)', [key]: value }], 'objectives')
      assert.match(problems[0]?.message ?? '', /known only when the load is over: '\w+' has no meaning/)
    }
    assert.is(parsed('visual(homepage)').objectives[0]?.watch, null)
  })

  for (const wrong of ['visual()', 'visual(a, b)', 'visual(a{b})', 'visual', 'visual_findings{page=a} <= 0'])
    test(`refuse ${wrong}`, () => assert.is(parsed(wrong).problems.length, 1))
})
