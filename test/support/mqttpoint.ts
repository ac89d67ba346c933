import { availabilitiesOf, type MqttAddress, topicOf } from '../../drivers/mqtt/address.ts'
import { isOnline, messageOf, sampleOf } from '../../drivers/mqtt/payload.ts'
import { bad, type Point, type Sample } from '../../drivers/point.ts'
import type { MqttMessage } from '../../firmware-sim/part.ts'

/**
 * What the gateway would show of a point on an MQTT line of the building, without a wire: its devices are asked what they
 * would publish now. A device that would say nothing is bad, as it will be when it is overdue.
 * @throws when nobody publishes to one of the point's topics
 */
export function readMqtt(messages: readonly MqttMessage[], point: Point, now: number): Sample {
  const said = (topic: string) => {
    const message = messages.find(each => each.topic === topic)
    if (!message) throw new Error(`${point.id}: nobody publishes to ${topic}`)
    const payload = message.payload()
    return payload && messageOf(Buffer.isBuffer(payload) ? payload : Buffer.from(JSON.stringify(payload)), false, now)
  }
  for (const availability of availabilitiesOf(point)) {
    const message = said(availability.topic)
    if (message && isOnline(availability, message) === false) return bad(point.id, 'offline', now)
  }
  const message = said(topicOf(point, (point.address as MqttAddress).topic))
  return message ? sampleOf(point, message, Number.POSITIVE_INFINITY) : bad(point.id, 'timeout', now)
}
