import type * as Opcua from 'node-opcua'
import type { LiftState } from './lift.ts'

/**
 * The conditions of the lift [OPC 10000-9], on the source ns=1;s=Lift1:
 *
 * | ConditionName   | type                    | stands while                                     |
 * |-----------------|-------------------------|--------------------------------------------------|
 * | MachineRoomHot  | ExclusiveLimitAlarmType | machine room above 40 Cel (High), 50 (HighHigh)   |
 * | PersonTrapped   | OffNormalAlarmType      | somebody is trapped                              |
 */
export function addLiftAlarms(
  opcua: typeof Opcua,
  own: Opcua.Namespace,
  object: Opcua.UAObject,
  machineRoom: Opcua.UAVariable,
) {
  const { ConditionInfo, StatusCodes } = opcua
  const hot = own.instantiateExclusiveLimitAlarm('ExclusiveLimitAlarmType', {
    browseName: 'MachineRoomHot',
    nodeId: 's=Lift1.MachineRoomHot',
    componentOf: object,
    conditionSource: object,
    conditionOf: object,
    conditionName: 'MachineRoomHot',
    inputNode: machineRoom,
    lowLimit: -20,
    highLimit: 40,
    highHighLimit: 50,
  })
  hot.setEnabledState(true)
  const trapped = own.instantiateOffNormalAlarm({
    browseName: 'PersonTrappedAlarm',
    nodeId: 's=Lift1.PersonTrappedAlarm',
    componentOf: object,
    conditionSource: object,
    conditionOf: object,
    conditionName: 'PersonTrapped',
    inputNode: opcua.NodeId.nullNodeId,
    normalState: opcua.NodeId.nullNodeId,
  })
  trapped.setEnabledState(true)
  let wasTrapped = false
  return {
    show({ personTrapped }: LiftState) {
      if (personTrapped === wasTrapped) return
      wasTrapped = personTrapped
      const info = new ConditionInfo({
        message: personTrapped ? 'Person trapped in the car' : 'Car is free',
        quality: StatusCodes.Good,
        retain: personTrapped,
        severity: personTrapped ? 900 : 100,
      })
      if (personTrapped) trapped.activateAlarm()
      else trapped.deactivateAlarm()
      trapped.raiseNewCondition(info)
    },
  }
}
