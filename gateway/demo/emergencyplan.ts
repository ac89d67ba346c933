import { both } from './part.ts'

/** An example of the organisation of an emergency, and measures where no runbook is built in. */
export const demoEmergencyPlan = () => ({
  organisation: [
    {
      post: both('总指挥', 'In command'),
      duties: both('启动预案，统一指挥，对外联络', 'Starts the plan, commands, speaks to authorities'),
      person: '王 Wang',
      phone: '8000',
    },
    {
      post: both('现场指挥', 'In command on the spot'),
      duties: both('工程抢险，切断水、电、气', 'Repairs, cuts off water, power and gas'),
      person: '李 Li',
      phone: '8001',
    },
    {
      post: both('疏散引导组', 'Evacuation'),
      duties: both('引导人员疏散，清点人数', 'Leads people out, counts them'),
      person: '陈 Chen',
      phone: '8003',
    },
    {
      post: both('通讯联络组', 'Communication'),
      duties: both('通知住户和商户，记录时间', 'Tells residents and merchants, writes down times'),
      person: '赵 Zhao',
      phone: '8004',
    },
  ],
  chapters: [
    {
      hazard: 'natural-disaster',
      measures: [
        both(
          '收到暴雨、台风预警：检查集水坑、排水泵和防汛物资',
          'On a warning of heavy rain or storm: check sumps, drain pumps and stocks',
        ),
        both(
          '固定或收回室外物品，关闭屋面和外窗',
          'Fix or take in what stands outside, close roof hatches and windows',
        ),
        both('地下车库入口备好挡水板，专人值守', 'Flood boards ready at the car park entrance, somebody on watch'),
      ],
    },
    {
      hazard: 'public-health',
      measures: [
        both(
          '接到疾控通知：按要求消毒电梯、大堂和公共区域',
          'On notice of the health authority: disinfect lifts, lobbies and common areas as told',
        ),
        both(
          '二次供水水质异常：停用水箱，通知住户，联系供水单位',
          'Water quality not right: tank out of use, tell residents, call the water company',
        ),
      ],
    },
  ],
})
