import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { createLog, type Log, type LogSettings } from '../../harness/telemetry/log.ts'
import { describe } from '../kit/suite.ts'
import { VirtualClock } from '../kit/virtual-clock.ts'

const SECRET = 'hunter2"\\hunter2'
const BINDINGS = { runId: 'run-1', correlationId: 'cor-1' }

/** A log, and what it has written. */
function createLogged(changes: Partial<LogSettings> = {}) {
  const written: string[] = []
  const stream = {
    isTerminal: false,
    hasColours: false,
    columns: 80,
    write: (text: string) => written.push(text),
  }
  const log = createLog({
    format: 'json',
    level: 'debug',
    stream,
    bindings: BINDINGS,
    secrets: { PASSWORD: SECRET },
    clock: new VirtualClock(0),
    ...changes,
  })
  return { log, text: () => written.join(''), lines: () => written.map((line) => JSON.parse(line)) }
}

/** One line of JSON. */
function lineOf(write: (log: Log) => void): Record<string, unknown> {
  const { log, lines } = createLogged()
  write(log)
  assert.is(lines().length, 1)
  return lines()[0]
}

/** Whether the secret stands anywhere, as it is or as JSON in a text writes it. */
const leaks = (text: string) => text.includes('hunter2')

describe('createLog, lines', (test) => {
  test('writes one document a line, at once, with time, level, run and correlation id', () => {
    const { log, text } = createLogged()
    log.info({ step: 'buy' }, 'slow')

    assert.match(text(), /^\{.*\}\n$/)
    const { time, ...line } = JSON.parse(text())
    assert.match(time, /^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
    assert.equal(line, { level: 'info', ...BINDINGS, step: 'buy', msg: 'slow' })
  })

  test('writes nothing below its level', () => {
    const { log, lines } = createLogged({ level: 'warn' })
    log.debug('a')
    log.info('b')
    log.warn('c')
    log.error('d')
    assert.equal(
      lines().map(({ msg }) => msg),
      ['c', 'd'],
    )
    const silent = createLogged({ level: 'silent' })
    silent.log.error('x')
    assert.is(silent.text(), '')
  })

  test('writes an error with its stack and its causes, given by itself or under err', () => {
    const error = new Error('outer', { cause: new TypeError('inner') })
    const alone = lineOf((log) => log.error(error))
    const named = lineOf((log) => log.error({ err: error, step: 'x' }, 'it broke'))

    assert.equal([alone['msg'], named['msg'], named['step']], ['outer', 'it broke', 'x'])
    for (const { err } of [alone, named] as { err: Record<string, unknown> }[]) {
      assert.equal([err['type'], err['message']], ['Error', 'outer'])
      assert.match(String(err['stack']), /log\.test/)
      assert.is((err['cause'] as { message: string }).message, 'inner')
    }
  })
})

describe('createLog, secrets', (test) => {
  const error = () => new Error(`a ${SECRET}`, { cause: { deep: [SECRET] } })
  const paths: Record<string, (log: Log) => void> = {
    'the message': (log) => log.info(`a ${SECRET} b`),
    fields: (log) => log.info({ a: { b: [SECRET] }, [SECRET]: 1 }, 'x'),
    'an error': (log) => log.error(error()),
    'an error under err': (log) => log.error({ err: error() }),
    'an error with a message': (log) => log.error(error(), `b ${SECRET}`),
    'bytes and maps': (log) => log.info({ a: Buffer.from(SECRET), b: new Map([[SECRET, SECRET]]) }),
    'what the message formats': (log) =>
      (log.info as (...args: unknown[]) => void)('%s %o %j', SECRET, { a: SECRET }, { b: SECRET }),
    'what only comes together in the message': (log) =>
      (log.info as (...args: unknown[]) => void)(`${SECRET.slice(0, 5)}%s`, SECRET.slice(5)),
    'an object that pino takes for a request': (log) =>
      log.info({ method: 'GET', url: SECRET, headers: { authorization: SECRET }, socket: {} }),
    'an object that pino takes for a response': (log) =>
      log.info({ setHeader: () => undefined, statusCode: 200, headers: { 'set-cookie': SECRET } }),
    'what JSON makes of it': (log) => log.info({ a: { toJSON: () => SECRET } }, 'x'),
  }
  for (const [path, write] of Object.entries(paths))
    test(`do not leave by ${path}`, () => {
      for (const format of ['json', 'pretty'] as const) {
        const { log, text } = createLogged({ format })
        write(log)
        assert.ok(text().includes('run-1'), text())
        assert.not.ok(leaks(text()), text())
      }
    })

  test('do not leave as bytes', () => {
    const bytes = new TextEncoder().encode('four')
    assert.is(lineOf((log) => log.info({ b: bytes }, 'x'))['b'], '[4 bytes]')
  })

  test('do not leave by the bindings of the log itself', () => {
    const { log, text } = createLogged({ bindings: { ...BINDINGS, correlationId: `x-${SECRET}` } })
    log.info('x')
    assert.is(JSON.parse(text()).correlationId, 'x-***')
  })

  test('are hidden by name, whatever they are: a nested authorization header does not leak', () => {
    const request = { options: { headers: { Authorization: 'Bearer unknown-value', accept: 'x' } } }
    const line = lineOf((log) => log.info({ request, again: [{ request }] }, 'sent'))

    assert.not.match(JSON.stringify(line), /unknown-value/)
    const { request: seen } = line as { request: typeof request }
    assert.equal(seen.options.headers, { Authorization: '***', accept: 'x' })
  })

  test('never leave, whatever is logged', () => {
    const value = fc.oneof(
      fc.anything(),
      fc.constant(SECRET),
      fc.constant({ a: [new Error(SECRET)] }),
      fc.constant(Buffer.from(SECRET)),
      fc.string().map((text) => `${text}${SECRET}${text}`),
    )
    fc.assert(
      fc.property(fc.array(value, { maxLength: 4 }), (given) => {
        const { log, text } = createLogged()
        ;(log.info as (...args: unknown[]) => void)(...given, SECRET)
        assert.ok(text().endsWith('}\n'))
        assert.not.ok(leaks(text()), text())
      }),
      { numRuns: 300 },
    )
  })
})

describe('createLog, for people', (test) => {
  test('writes a line with level, ids, message and what it does not tell, without escapes where there is no terminal', () => {
    const { log, text } = createLogged({ format: 'pretty' })
    log.warn({ step: 'buy', owner: 'shop' }, 'slow\u001b[31m')

    assert.match(text(), /WARN.*: run-1 cor-1: slow.*"owner":"shop"\}\n$/)
    assert.not.ok(text().includes('\u001b'))
  })

  test('writes colours on a terminal', () => {
    const written: string[] = []
    const stream = {
      isTerminal: true,
      hasColours: true,
      columns: 80,
      write: (text: string) => written.push(text),
    }
    createLogged({ format: 'pretty', stream }).log.info('x')
    assert.ok(written.join('').includes('\u001b[32mINFO'))
  })

  test('writes the stack of an error under its line', () => {
    const { log, text } = createLogged({ format: 'pretty' })
    log.error(new Error(`broke ${SECRET}`))
    assert.match(text(), /ERROR.*: broke \*\*\*[\s\S]*\n +at [\s\S]*log\.test/)
  })
})
