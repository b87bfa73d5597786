import { screen, waitFor } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { fakeServer, openApp, session } from '@/testing/app'

const intake = { events_total: 10, persons_total: 3, last_event_at: null, last_minute: 1, rejected_last_hour: 0 }

function open(left: { values_left_out: number, left_out: string[] }) {
  const limit = { limit: 2000, kept: 2000, names_left_out: left.left_out.length, ...left }
  fakeServer({
    'GET /setup': { needs_owner: false, signed_in: true, version: '' }, 'GET /session': session,
    'GET /projects/prj_1/intake': intake, 'GET /projects/prj_1/catalog/properties': { properties: [], limit },
  })
  openApp('/p/prj_1/live')
}

describe('PropertyLimitNotice', () => {
  it('says what is left out, for events and for persons', async () => {
    open({ values_left_out: 1234, left_out: ['order_1', 'order_2'] })
    expect(await screen.findByText(/Events have more than 2,000 properties/)).toBeInTheDocument()
    expect(await screen.findByText(/Persons have more than 2,000 properties/)).toBeInTheDocument()
    expect(screen.getAllByText(/1,234 values are in the event log alone, for example of order_1, order_2/)).toHaveLength(2)
  })
  it('is silent otherwise', async () => {
    open({ values_left_out: 0, left_out: [] })
    await waitFor(() => expect(screen.getByText('Waiting for events')).toBeInTheDocument())
    expect(screen.queryByText(/properties: newer ones/)).toBeNull()
  })
})
