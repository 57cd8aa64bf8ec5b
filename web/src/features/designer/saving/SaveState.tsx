export default function SaveState() {
  return null
}
