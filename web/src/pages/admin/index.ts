export { default } from "./Admin";
