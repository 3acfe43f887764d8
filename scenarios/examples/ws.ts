import { defineScenario, ws } from 'proofload'

/** A chat room over WebSocket: each agent joins, asks, listens to what the room says, and leaves. */
export default defineScenario({
  name: 'ws-room',
  target: ws({
    url: 'ws://127.0.0.1:9000',
    correlate: { out: 'json:id', in: 'json:re' },
  }),
  workload: { pattern: 'constant-rate', rate: '20/s', duration: '30s' },
  journeys: {
    talk: {
      steps: [
        ws.open('/rooms/7'),
        ws.request(
          { json: { op: 'join' } },
          { where: { json: { op: 'joined' } } },
          { step: 'join', timeouts: { total: '2s' } },
        ),
        ws.request({ json: { op: 'say', id: '{{agent.id}}', text: 'hi' } }, {}, { step: 'say' }),
        ws.send({ json: { op: 'typing' } }, { step: 'typing' }),
        ws.receive({ where: { json: { op: 'tick' } }, count: 3 }, { step: 'ticks' }),
        ws.ping(),
        ws.close(),
      ],
    },
  },
  objectives: ['p99(response_time{step=say}) < 200ms', 'p95(message_time{step=say}) < 150ms'],
})
