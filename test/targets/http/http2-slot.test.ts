import * as assert from 'uvu/assert'
import type { Failure } from '../../../harness/targets/failure.ts'
import type { Http2Session, SessionOwner } from '../../../harness/targets/http/http2-session.ts'
import { type Sender, SessionSlot } from '../../../harness/targets/http/http2-slot.ts'
import { describe } from '../../kit/suite.ts'

/** A session as a slot sees it. */
class ScriptedSession {
  readonly owner: SessionOwner
  room = 0
  isOpen = false
  isOver = false
  answerCount = 0
  wasLeft = false

  constructor(owner: SessionOwner) {
    this.owner = owner
  }

  get canSend(): boolean {
    return this.isOpen && this.room > 0
  }

  open(room: number): void {
    this.isOpen = true
    this.room = room
    this.owner.opened()
  }

  leave(): void {
    this.wasLeft = true
    this.isOpen = false
  }
}

function aSlot() {
  const sessions: ScriptedSession[] = []
  const slot = new SessionSlot((owner) => {
    const session = new ScriptedSession(owner)
    sessions.push(session)
    return session as unknown as Http2Session
  })
  const told: string[] = []
  const sender = (name: string, patience = 1): Sender => {
    let left = patience
    return {
      send(session) {
        const at = sessions.indexOf(session as unknown as ScriptedSession)
        const carrier = sessions[at] as ScriptedSession
        carrier.room--
        told.push(`${name} sent on ${at}`)
      },
      waits: (isOpen) => told.push(`${name} waits for ${isOpen ? 'its turn' : 'the session'}`),
      passOver: (failure: Failure | null) => {
        told.push(`${name} passed over${failure === null ? '' : `: ${failure.kind}`}`)
        return left-- > 0
      },
      fail: ({ kind }) => told.push(`${name} failed: ${kind}`),
    }
  }
  const session = (at: number) => sessions[at] as ScriptedSession
  return { slot, sessions, session, sender, told }
}

describe('SessionSlot', (test) => {
  test('opens a session when a request needs it, and sends in the order of asking', () => {
    const { slot, sessions, session, sender, told } = aSlot()
    assert.is(sessions.length, 0)
    for (const name of ['a', 'b', 'c']) slot.take(sender(name))
    assert.is(slot.waitingCount, 3)
    session(0).open(2)

    assert.equal(told.slice(3), ['a sent on 0', 'b sent on 0', 'c waits for its turn'])
    assert.equal([sessions.length, slot.waitingCount, slot.isFull], [1, 1, true])

    session(0).room++
    slot.take(sender('d'))
    session(0).owner.hasRoom()
    assert.equal(told.slice(6), ['d waits for its turn', 'c sent on 0'])
  })

  test('lets those who wait go on to the next session when one ends in order', () => {
    const { slot, session, sender, told } = aSlot()
    for (const name of ['a', 'b']) slot.take(sender(name))
    session(0).open(1)
    session(0).answerCount = 1
    session(0).owner.ended(null)
    session(1).open(1)

    assert.equal(told.slice(-3), ['b waits for its turn', 'b waits for the session', 'b sent on 1'])
  })

  test('asks those who wait whether to go on when a session ends that has answered nobody', () => {
    const { slot, sessions, session, sender, told } = aSlot()
    for (const name of ['patient', 'hasty']) slot.take(sender(name, name === 'patient' ? 2 : 0))
    for (let round = 0; round < 2; round++) {
      session(round).open(0)
      session(round).owner.ended({ kind: 'reset', text: 'calm' })
    }

    assert.equal(
      told.filter((line) => line.includes('passed')),
      ['patient passed over: reset', 'hasty passed over: reset', 'patient passed over: reset'],
    )
    assert.equal([sessions.length, slot.waitingCount], [3, 1])
  })

  test('fails everybody who waits when no session comes about, and tries again for the next', () => {
    const { slot, sessions, session, sender, told } = aSlot()
    for (const name of ['a', 'b']) slot.take(sender(name))
    session(0).owner.failed({ kind: 'refused', text: '' })

    assert.equal(told.slice(2), ['a failed: refused', 'b failed: refused'])
    slot.take(sender('c'))
    assert.is(sessions.length, 2)
  })

  test('uses no session that is over, told or not', () => {
    const { slot, session, sender, told } = aSlot()
    slot.take(sender('a'))
    session(0).open(5)
    session(0).isOver = true
    slot.take(sender('b'))
    session(1).open(5)

    assert.is(session(0).wasLeft, true)
    assert.is(told.at(-1), 'b sent on 1')
  })

  test('leaves a session for another, with those who wait, and only the one that is meant', () => {
    const { slot, sessions, session, sender } = aSlot()
    slot.take(sender('a'))
    slot.abandon()
    const abandoned = session(0)
    slot.abandon(abandoned as unknown as Http2Session)

    assert.equal([sessions.length, slot.waitingCount], [2, 1])
    assert.equal([abandoned.wasLeft, session(1).wasLeft], [true, false])
  })

  test('forgets who waits no more', () => {
    const { slot, session, sender, told } = aSlot()
    const gone = sender('gone')
    slot.take(gone)
    slot.withdraw(gone)
    session(0).open(1)

    assert.equal([slot.waitingCount, told], [0, ['gone waits for the session']])
  })
})
