// One order through five services of this machine: written to PostgreSQL, added to a stream of Redis, and published over RabbitMQ, MQTT
// and NATS. Each of the four brokers is consumed by its target, so that every message is accounted for. Needs all of them on loopback, at
// their usual ports; a service that is away blocks the run before load.
//   npx proofload run scenarios/examples/services.ts
//   npx proofload run scenarios/examples/services.ts --set targets.events.config.url=postgres://me@127.0.0.1:5432/events
import { amqp, constantRate, defineScenario, mqtt, nats, postgres, redis } from 'proofload'

const order = { order: '{{agent.id}}-{{agent.iteration}}' }

export default defineScenario({
  name: 'services',
  targets: {
    events: postgres({ url: 'postgres://postgres@127.0.0.1:5432/postgres' }),
    stream: redis({ url: 'redis://127.0.0.1:6379', consume: { stream: 'proofload-orders', members: 2 } }),
    queue: amqp({ url: 'amqp://127.0.0.1:5672', consume: { queue: 'proofload-orders', members: 2 } }),
    devices: mqtt({ url: 'mqtt://127.0.0.1:1883', consume: { topic: 'proofload/orders', qos: 1 } }),
    news: nats({ url: 'nats://127.0.0.1:4222', consume: { subject: 'proofload.orders' } }),
  },
  workload: constantRate({ rate: '20/s', duration: '15s' }),
  warmUp: '3s',

  async setup({ targets }) {
    await targets.events.query(
      'create table if not exists proofload_orders (id bigserial primary key, body jsonb not null)',
    )
  },
  async teardown({ targets }) {
    await targets.events.query('drop table if exists proofload_orders')
  },

  journeys: {
    order: {
      steps: [
        postgres.query('insert into proofload_orders (body) values ($1)', [JSON.stringify(order)], {
          target: 'events',
          step: 'store',
          prepare: true,
        }),
        redis.add({ stream: 'proofload-orders', json: order }, { target: 'stream', step: 'append' }),
        amqp.publish({ routingKey: 'proofload-orders', json: order }, { target: 'queue', step: 'enqueue' }),
        mqtt.publish({ topic: 'proofload/orders', json: order, qos: 1 }, { target: 'devices', step: 'tell' }),
        nats.publish(
          { subject: 'proofload.orders', json: order, flush: true },
          { target: 'news', step: 'announce' },
        ),
      ],
    },
  },

  objectives: [
    'p95(service_time{step=store}) < 50ms',
    'p95(delivery_time) < 250ms',
    'duplicate_ratio <= 0%',
    { expect: 'error_ratio < 1%', severity: 'critical' },
  ],
})
