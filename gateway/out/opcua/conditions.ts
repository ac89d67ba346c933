import {
  type CallMethodResultOptions,
  type ConditionSnapshot,
  DataType,
  type ISessionContext,
  LocalizedText,
  NodeId,
  type OPCUAServer,
  type StatusCode,
  StatusCodes,
  type UAAlarmConditionEx,
  type Variant,
} from 'node-opcua'
import type { PointId } from '../../../drivers/point.ts'
import { severities } from '../../../rules/rule.ts'
import type { AlarmFacts, ServerOptions } from './protocol.ts'
import type { Space } from './space.ts'
import { statusNamed } from './stack.ts'
import { severityOf, statusOfCode } from './statuses.ts'

/**
 * Alarms as conditions [OPC 10000-9 5.8]. The gateway decides what an alarm is; here it is only shown, and what a client
 * asks for is asked of the gateway first.
 */

/** A condition is some sixty nodes: there is one for each alarm that is not normal, and for the last that were. */
const MOST = 1000
const MOST_NORMAL = 50
/** Event ids by which an occurrence can still be acknowledged. */
const MOST_EVENTS = 20
/** Making one takes a while: values have their turn in between. */
const AT_ONCE = 5

interface One {
  readonly condition: UAAlarmConditionEx
  facts: AlarmFacts
  /** Of this occurrence: a client may answer the first event while a later one is under way to it. */
  events: string[]
  comment: string
  /** Who wrote it; without one ClientUserId is who acknowledged. */
  commentBy: string | null
}
/** Asked of the gateway; each answers with the name of a status. */
interface Asks {
  readonly acknowledge: (context: ISessionContext, alarm: string, comment: string) => Promise<string>
  readonly comment: (context: ISessionContext, alarm: string, comment: string) => Promise<string>
  readonly userOf: (context: ISessionContext) => string | null
}
/** What the stack does take, beside what its types say. */
interface Branch extends Omit<ConditionSnapshot, 'setActiveState' | 'setAckedState'> {
  setActiveState(active: boolean, when: object): unknown
  setAckedState(acked: boolean, when: object): unknown
}
export type Conditions = ReturnType<typeof showConditions>

export function showConditions(
  server: OPCUAServer,
  space: Space,
  language: ServerOptions['language'],
  { acknowledge, comment: addComment, userOf }: Asks,
) {
  const addressSpace = server.engine.addressSpace!
  const shown = new Map<string, One>()
  const byNode = new Map<string, One>()
  const byPoint = new Map<PointId, Set<One>>()
  /** What is still to be shown, the newest of each alarm. */
  const waiting = new Map<string, AlarmFacts>()
  /** Those that there was no room for. */
  const left = new Map<string, AlarmFacts>()
  let planned = false
  let ended = false

  function make(facts: AlarmFacts): One | null {
    const equipment = space.equipment.get(facts.equipment)
    if (shown.size >= MOST) {
      const oldest = [...shown.values()].find(one => one.facts.normal)
      if (!oldest) return null
      drop(oldest)
    }
    // As an id: given the node itself, the stack would listen to it, and judge the alarm by it.
    const inputNode = space.variables.get(facts.point)?.variable.nodeId ?? new NodeId()
    const condition = space.own.instantiateAlarmCondition('AlarmConditionType', {
      nodeId: `s=alarm:${facts.id}`,
      browseName: facts.id,
      conditionName: facts.rule,
      conditionSource: equipment ?? space.gateway,
      inputNode,
      optionals: [],
    } as never) as UAAlarmConditionEx
    // Which channel, which output: the node is the same for all of them.
    if (!equipment) condition.sourceName.setValueFromSource({ dataType: DataType.String, value: facts.equipment })
    condition.acknowledge.bindMethod(onAcknowledge)
    condition.addComment.bindMethod(onComment)
    condition.enable.bindMethod(refuse)
    condition.disable.bindMethod(refuse)
    const one: One = {
      condition,
      facts: { ...facts, acked: true, active: false, normal: true },
      events: [],
      comment: '',
      commentBy: null,
    }
    shown.set(facts.id, one)
    byNode.set(condition.nodeId.toString(), one)
    byPoint.set(facts.point, (byPoint.get(facts.point) ?? new Set()).add(one))
    return one
  }
  /** One alarm that the stack does not take must not take all others away: it is counted as not shown. */
  function made(facts: AlarmFacts): One | null {
    try {
      return make(facts)
    } catch {
      return null
    }
  }
  function drop(one: One) {
    shown.delete(one.facts.id)
    byNode.delete(one.condition.nodeId.toString())
    byPoint.get(one.facts.point)?.delete(one)
    addressSpace.deleteNode(one.condition)
  }

  function show(facts: AlarmFacts): void {
    waiting.delete(facts.id)
    const known = shown.get(facts.id)
    left.delete(facts.id)
    if (!known && facts.normal) return
    const one = known ?? made(facts)
    if (!one) {
      left.set(facts.id, facts)
      return
    }
    const before = one.facts
    if (before.acked && !facts.acked) {
      one.events = []
      one.comment = ''
      one.commentBy = null
    }
    one.facts = facts
    const branch = one.condition.currentBranch() as unknown as Branch
    const at = new Date(facts.at)
    const when = { transitionTime: at, effectiveTransitionTime: at }
    if (branch.getActiveState() !== facts.active) branch.setActiveState(facts.active, when)
    if (branch.getAckedState() !== facts.acked) branch.setAckedState(facts.acked, when)
    branch.setRetain(!facts.normal)
    branch.setTime(at)
    branch.setReceiveTime(at)
    branch.setSeverity(severityOf[facts.severity], { sourceTimestamp: at })
    branch.setMessage(new LocalizedText({ locale: language, text: facts.text[language] }) as never)
    showComment(one, at)
    one.condition.suppressedOrShelved.setValueFromSource({ dataType: 'Boolean', value: facts.aside })
    tell(one)
    if (facts.normal) prune()
  }
  /** Sends the event: the state as it is now, with the quality of what it is about. */
  function tell(one: One) {
    const branch = one.condition.currentBranch()
    const input = space.variables.get(one.facts.point)
    branch.setQuality(input ? statusNamed(statusOfCode(input.code)) : StatusCodes.Good)
    one.condition.raiseConditionEvent(branch, true)
    one.events = [...one.events, branch.getEventId().toString('hex')].slice(-MOST_EVENTS)
  }
  function prune() {
    const normal = [...shown.values()].filter(one => one.facts.normal)
    for (const one of normal.slice(0, Math.max(0, normal.length - MOST_NORMAL))) drop(one)
    if (left.size === 0) return
    for (const facts of [...left.values()].slice(0, MOST - shown.size + Math.min(normal.length, MOST_NORMAL)))
      waiting.set(facts.id, facts)
  }

  function work() {
    planned = false
    if (ended) return
    // The gravest first: in a flood people in danger do not wait behind doors that are ajar.
    const next = [...waiting.values()]
      .sort((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity) || a.at - b.at)
      .slice(0, AT_ONCE)
    for (const facts of next) show(facts)
    plan()
  }
  function plan() {
    if (planned || ended || waiting.size === 0) return
    planned = true
    setImmediate(work)
  }

  /** With whom it is of [OPC 10000-9 5.5.2]. */
  function showComment(one: One, at: Date) {
    const branch = one.condition.currentBranch() as unknown as Branch
    branch.setClientUserId(one.commentBy ?? one.facts.ackedBy ?? '')
    branch.setComment(new LocalizedText({ text: one.comment }) as never, { sourceTimestamp: at })
  }

  const answer = (statusCode: StatusCode): CallMethodResultOptions => ({ statusCode })
  /** What a client speaks of; a status when there is no such thing, or no more. */
  function spokenOf([eventId, text]: Variant[], context: ISessionContext) {
    const one = byNode.get(String(context.object?.nodeId))
    if (!one) return StatusCodes.BadNodeIdInvalid
    const event = (eventId?.value as Buffer | null)?.toString('hex')
    if (event === undefined || !one.events.includes(event)) return StatusCodes.BadEventIdUnknown
    return { one, text: ((text?.value as LocalizedText | null)?.text ?? '').trim() }
  }
  async function onAcknowledge(inputs: Variant[], context: ISessionContext): Promise<CallMethodResultOptions> {
    const spoken = spokenOf(inputs, context)
    if (!('one' in spoken)) return answer(spoken)
    const { one, text } = spoken
    if (one.facts.acked) return answer(StatusCodes.BadConditionBranchAlreadyAcked)
    const { comment, commentBy } = one
    // The event of the acknowledgement has it already. One without a text leaves what was said before.
    if (text) Object.assign(one, { comment: text, commentBy: userOf(context) })
    const status = await acknowledge(context, one.facts.id, text)
    if (status !== 'Good') Object.assign(one, { comment, commentBy })
    const news = waiting.get(one.facts.id)
    if (news) show(news)
    return answer(statusNamed(status))
  }
  async function onComment(inputs: Variant[], context: ISessionContext): Promise<CallMethodResultOptions> {
    const spoken = spokenOf(inputs, context)
    if (!('one' in spoken)) return answer(spoken)
    const { one, text } = spoken
    const status = await addComment(context, one.facts.id, text)
    if (status === 'Good' && text && shown.get(one.facts.id) === one) {
      Object.assign(one, { comment: text, commentBy: userOf(context) })
      showComment(one, new Date())
      tell(one)
    }
    return answer(statusNamed(status))
  }
  // Who calls by a type's method with the condition as object comes here, too.
  const type = addressSpace.findEventType('AcknowledgeableConditionType') as unknown as UAAlarmConditionEx
  type.acknowledge.bindMethod(onAcknowledge)
  // Nobody confirms here: an alarm that is acknowledged and over is done.
  type.confirm?.bindMethod(notThere)
  const base = addressSpace.findEventType('ConditionType') as unknown as UAAlarmConditionEx
  base.addComment.bindMethod(onComment)
  base.enable.bindMethod(refuse)
  base.disable.bindMethod(refuse)

  return {
    take(alarms: readonly AlarmFacts[]) {
      for (const facts of alarms) waiting.set(facts.id, facts)
      plan()
    },
    /** The quality of a point has changed, and with it that of what is said of it. */
    quality(point: PointId) {
      for (const one of byPoint.get(point) ?? []) if (!one.facts.normal) tell(one)
    },
    unshown: () => left.size,
    stop() {
      ended = true
    },
  }
}

/** What the gateway does not let anybody do from outside. */
// The stack counts the parameters that a method declares.
const refuse = async (_inputs: Variant[], _context: ISessionContext): Promise<CallMethodResultOptions> => ({
  statusCode: StatusCodes.BadUserAccessDenied,
})
const notThere = async (_inputs: Variant[], _context: ISessionContext): Promise<CallMethodResultOptions> => ({
  statusCode: StatusCodes.BadMethodInvalid,
})
