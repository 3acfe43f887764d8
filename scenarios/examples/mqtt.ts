import { constantRate, defineScenario, mqtt } from 'proofload'

/** Devices that report with quality 1, and two workers that share the reports. */
export default defineScenario({
  name: 'mqtt-telemetry',
  target: mqtt({
    url: 'mqtt://127.0.0.1:1883',
    consume: { topic: 'example/devices/#', share: 'workers', members: 2 },
  }),
  workload: constantRate({ rate: '200/s', duration: '30s' }),
  journeys: {
    report: {
      steps: [mqtt.publish({ topic: 'example/devices/state', size: '200B', qos: 1 }, { step: 'report' })],
    },
  },
  objectives: ['p99(delivery_time) < 500ms', 'loss_ratio <= 0%'],
})
