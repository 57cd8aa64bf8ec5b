import { Waiting } from '@/ui/state'

export default function JoinScreen() {
  return <Waiting />
}
