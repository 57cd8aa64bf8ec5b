export default function SaveDialog() {
  return null
}
