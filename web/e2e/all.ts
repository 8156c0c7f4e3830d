// Everything in one process, so that all tests share one installation and one browser.
import "./speed.test.ts";
import "./story1.test.ts";
import "./story2.test.ts";
import "./keyboard.test.ts";
import "./loading.test.ts";
import "./busy.test.ts";
import "./copy.test.ts";
import "./words.test.ts";
import "./touch.test.ts";
import "./admin.test.ts";
import "./links.test.ts";
import "./template_file.test.ts";
import "./full.test.ts";
import "./truth.test.ts";
