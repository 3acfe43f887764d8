import xterm from '@xterm/headless'
import * as assert from 'uvu/assert'
import { Screen } from '../../../harness/live/terminal/screen.ts'
import { describe } from '../../kit/suite.ts'

/** A terminal emulator as a stream, and all that was written to it. */
function anEmulator(columns: number, rows: number) {
  const terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true })
  const written: string[] = []
  const stream = {
    isTerminal: true,
    hasColours: true,
    columns,
    rows,
    write(text: string) {
      written.push(text)
      terminal.write(text)
    },
  }
  const lines = () =>
    new Promise<string[]>((resolve) =>
      terminal.write('', () => {
        const { active } = terminal.buffer
        resolve(Array.from({ length: rows }, (_, i) => active.getLine(i)?.translateToString(true) ?? ''))
      }),
    )
  return { terminal, stream, written, lines }
}

describe('The alternate screen', (test) => {
  test('skips frames while the terminal has not taken the one before', () => {
    const { stream, written } = anEmulator(5, 3)
    const slow = { ...stream, isBehind: false }
    const screen = new Screen(slow)
    screen.enter()

    slow.isBehind = true
    for (const second of ['1', '2', '3']) screen.draw([second])
    slow.isBehind = false
    screen.draw(['4'])

    assert.match(written.join(''), /4/)
    for (const skipped of ['2K1', '2K2', '2K3']) assert.not.match(written.join(''), skipped)
  })

  test('shows what it is given, full lines included', async () => {
    const { stream, terminal, lines } = anEmulator(5, 3)
    const screen = new Screen(stream)

    screen.enter()
    screen.draw(['12345', 'ab', '67890'])

    assert.equal(await lines(), ['12345', 'ab', '67890'])
    assert.is(terminal.buffer.active.type, 'alternate')
  })

  test('writes only the lines that changed', async () => {
    const { stream, written, lines } = anEmulator(10, 3)
    const screen = new Screen(stream)
    screen.enter()
    screen.draw(['one', 'two', 'three'])
    written.length = 0

    screen.draw(['one', '2', 'three'])

    assert.equal(await lines(), ['one', '2', 'three'])
    assert.is(written.length, 1)
    assert.not.match(written[0] ?? '', /one|three/)
  })

  test('writes nothing when nothing changed', () => {
    const { stream, written } = anEmulator(10, 2)
    const screen = new Screen(stream)
    screen.enter()
    screen.draw(['one'])
    written.length = 0

    screen.draw(['one'])

    assert.equal(written, [])
  })

  test('draws anew when the window has another size', async () => {
    const { stream, terminal, lines } = anEmulator(10, 3)
    const screen = new Screen(stream)
    screen.enter()
    screen.draw(['a wide one', 'x', 'y'])
    Object.assign(stream, { columns: 4 })
    terminal.resize(4, 3)

    screen.draw(['tiny', 'x', ''])

    assert.equal(await lines(), ['tiny', 'x', ''])
  })

  test('wipes in time what somebody else wrote on it', async () => {
    const { stream, terminal, lines } = anEmulator(10, 2)
    const screen = new Screen(stream)
    screen.enter()
    screen.draw(['one', 'two'])
    terminal.write('\u001b[1;1Hgarbage')

    for (let frame = 0; frame < 20; frame++) screen.draw(['one', 'two'])

    assert.equal(await lines(), ['one', 'two'])
  })

  test('gives back what stood there before, and once', async () => {
    const { stream, terminal, written, lines } = anEmulator(10, 2)
    terminal.write('before')
    const screen = new Screen(stream)
    screen.enter()
    screen.draw(['during'])

    screen.leave()
    screen.leave()
    screen.draw(['after'])

    assert.equal(await lines(), ['before', ''])
    assert.is(terminal.buffer.active.type, 'normal')
    assert.is(written.length, 3)
  })
})
