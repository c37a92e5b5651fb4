"""What answers are taken for. The pages are written in the style of those that sites of governments send."""

import json
from pathlib import Path

import pytest

from scrapers.answers import Answer, Ask, Hop
from scrapers.judging import Judged, judge
from tests.conftest import DISCLOSURES
from tests.generator.layouts import document
from tests.generator.ledger import make
from tests.generator.render import render
from tests.regional.marked import HERE as REGIONAL

PAGE = "https://czj.example.gov.cn/zwgk/202409/t20240920_1234.html"
FILE = "https://czj.example.gov.cn/zwgk/202409/P020240920.pdf"

NAVIGATION = "".join(
    f'<li><a href="/c{n}/">{word}</a></li>' for n, word in enumerate(("首页", "机构职能", "预决算公开", "政策解读"))
)
FOOTER = (
    '<div class="footer"><p>主办：某某市财政局 地址：某某市人民路1号 电话：010-12345678</p>'
    "<p>某ICP备12345678号-1 网站标识码4201000001 <a href='http://121.43.68.40/exposure/jiucuo.html'>政府网站找错</a></p></div>"
)


def site(content: str, title: str = "某某市财政局") -> str:
    return (
        f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>{title}</title></head><body><div class='nav'><ul>"
        f"{NAVIGATION}</ul></div><div class='main'>{content}</div>{FOOTER}</body></html>"
    )


def bare(title: str, content: str) -> str:
    """A page as servers send it by themselves."""
    return f"<html><head><meta charset=utf-8><title>{title}</title></head><body>{content}</body></html>"


def answered(page: str | bytes, url: str = PAGE, status: int = 200, **more: object) -> Judged:
    body = page.encode() if isinstance(page, str) else page
    return judge(Answer(ask=Ask(url), final_url=url, status=status, body=body, **more))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (404, "gone"),
        (410, "gone"),
        (401, "blocked"),
        (403, "blocked"),
        (451, "blocked"),
        (412, "challenge"),
        (521, "challenge"),
        (429, "unavailable"),
        (500, "unavailable"),
        (502, "unavailable"),
        (503, "unavailable"),
        (400, "error_page"),
        (206, "failed"),
        (302, "failed"),
    ],
)
def test_a_status_that_says_it_is_believed(status: int, outcome: str) -> None:
    assert answered("<html><body>…</body></html>", status=status).outcome == outcome


def test_a_304_answers_only_a_conditional_ask() -> None:
    asked = Answer(ask=Ask(PAGE, etag='"1"'), final_url=PAGE, status=304)
    unasked = Answer(ask=Ask(PAGE), final_url=PAGE, status=304)
    assert (judge(asked).outcome, judge(unasked).outcome) == ("unmodified", "failed")


def test_a_failure_is_told_with_its_code_whatever_the_status_was() -> None:
    cut = Answer(ask=Ask(PAGE), final_url=PAGE, status=200, body=b"<html>", failure="truncated", detail="6 of 9 bytes")
    assert judge(cut) == Judged("failed", "truncated: 6 of 9 bytes")
    assert judge(Answer(ask=Ask(PAGE), final_url=PAGE)).outcome == "failed"


@pytest.mark.parametrize(
    "page",
    [
        bare("404 Not Found", "<center><h1>404 Not Found</h1></center><hr>nginx/1.20.11"),
        site("<h2>您访问的页面不存在或已删除</h2><p><a href='/'>返回首页</a></p>"),
        site("<p>抱歉，您要查看的文章不存在！</p>"),
        site("<div class='tip'>该信息已被删除</div>"),
        site("<div class='tip'>该信息已下线</div>", "某某局2023年度部门决算公开-某某市财政局"),
        site("<p>对不起，找不到您要访问的页面。</p><p>系统将在5秒后跳转到首页</p>"),
        site("<img src='/images/404.png'>", "404-某某市财政局"),
        site("<p>文章未审核，暂不能浏览</p>"),
        site("<p>非常抱歉，您所访问的网页已被移走，或者网址输入有误</p>"),
        bare("提示信息", "<p>对不起，您访问的信息不存在或已被删除！</p>"),
        "<script>alert('该信息不存在或已删除！');history.back();</script>",
        "404 page not found\n",
        '{"code":404,"msg":"您访问的文件不存在","data":null}',
        bare("Apache Tomcat/8.5.32 - Error report", "<h1>HTTP Status 404 – Not Found</h1>"),
        bare("无法找到该页", "<h1>无法找到该页</h1>您正在搜索的页面可能已经删除、更名或暂时不可用。"),
    ],
)
def test_a_page_that_says_the_document_is_not_there_is_gone_though_it_answers_200(page: str) -> None:
    judged = answered(page)
    assert judged.outcome == "gone"
    assert judged.why


@pytest.mark.parametrize(
    "page",
    [
        site("<p>系统错误，请稍后再试</p>"),
        site("<p>服务器忙，请稍后重试。</p>"),
        bare("502 Bad Gateway", "<h1>502 Bad Gateway</h1>"),
        site("<p>参数错误</p>"),
        "<html><body>java.lang.NullPointerException<br>at com.trs.Foo(Foo.java:12)</body></html>",
        '{"success":false,"msg":"操作异常"}',
        "<script>alert('参数有误');window.close();</script>",
        "",
        " \r\n\ufeff",
        site("<p>网站正在升级维护中，给您带来不便敬请谅解！</p>"),
    ],
)
def test_a_page_that_says_something_went_wrong_is_an_error_page(page: str) -> None:
    assert answered(page).outcome == "error_page"


@pytest.mark.parametrize(
    "page",
    [
        bare("统一身份认证平台", "<form><input name=u><input type='password' name=p></form>"),
        site("<p>请登录后查看该信息</p>"),
        site("<p>您还未登录或登录超时，请重新登录</p>"),
    ],
)
def test_a_page_that_wants_its_reader_to_log_in_is_a_login(page: str) -> None:
    assert answered(page).outcome == "login"


CHALLENGES = (
    "<html><head><script>var arg1='A1B2';document.cookie='acw_sc__v2='+arg1;location.reload()</script></head></html>",
    bare("", "<script>$_ts=window['$_ts'];if(!$_ts)$_ts={};$_ts.nsd=1;</script><script src='/a.js'></script>"),
    "<script>document.cookie=('_')+('_')+('jsl_clearance=1');location.href=location.pathname+location.search</script>",
    bare("创宇盾", "当前访问疑似黑客攻击，已被创宇盾拦截，请完成安全验证"),
    bare("安全验证", "<p>请完成滑动验证后继续访问</p><script src='/verify.js'></script>"),
    "<html><body>请开启JavaScript并刷新该页</body></html>",
    bare("Just a moment...", "<script>window._cf_chl_opt={}</script>"),
    "<html><body><p>下载文件，请输入验证码</p><input name=code><img src='/code.jsp'></body></html>",
)


@pytest.mark.parametrize("page", CHALLENGES)
@pytest.mark.parametrize("status", [200, 202, 403, 503])
def test_a_page_that_tests_its_reader_is_a_challenge_with_any_status(page: str, status: int) -> None:
    assert answered(page, status=status).outcome == "challenge"


@pytest.mark.parametrize(
    "page",
    [
        bare("403 Forbidden", "<h1>403 Forbidden</h1>"),
        bare("访问被拦截", "您的访问请求存在威胁，已被网站防火墙拦截。"),
        site("<p>您的IP地址已被限制访问</p>"),
        site("<p>您没有权限查看该栏目</p>"),
    ],
)
def test_a_page_that_turns_its_reader_away_is_blocked(page: str) -> None:
    assert answered(page).outcome == "blocked"


def redirected(to: str, url: str = PAGE, body: str = "<p>欢迎</p>") -> Judged:
    return judge(Answer(ask=Ask(url), final_url=to, status=200, body=body.encode(), hops=(Hop(url, 302, to),)))


@pytest.mark.parametrize(
    ("to", "outcome"),
    [
        ("https://czj.example.gov.cn/", "gone"),
        ("https://www.example.gov.cn/index.shtml", "gone"),
        ("https://czj.example.gov.cn/404.html", "gone"),
        ("https://czj.example.gov.cn/error/index.html", "gone"),
        ("https://sso.example.gov.cn/cas/login?service=x", "login"),
        ("https://czj.example.gov.cn/zwgk/2024/1234.html", "captured"),
        ("https://czj.example.gov.cn/zwgk/index.html", "captured"),
    ],
)
def test_where_a_redirect_led_says_what_became_of_the_document(to: str, outcome: str) -> None:
    assert redirected(to).outcome == outcome


def test_a_front_page_that_was_asked_for_is_no_loss() -> None:
    assert redirected("https://czj.example.gov.cn/index.html", url="http://czj.example.gov.cn/").outcome == "captured"


def test_a_page_where_a_file_was_asked_for_is_none() -> None:
    judged = answered(site("<p>正在为您跳转</p>"), url=FILE)
    assert judged.outcome == "error_page"
    assert judged.why.startswith("html instead of a file")
    assert answered(site("<p>您访问的文件不存在</p>"), url=FILE).outcome == "gone"


def test_a_table_saved_as_html_under_the_ending_of_a_file_is_a_document() -> None:
    rows = "<tr><td>收入支出决算总表</td></tr><tr><td>本年收入合计</td><td>2,020.06</td></tr>"
    page = f"<html><body><table>{rows}</table></body></html>"
    assert answered(page, url=FILE.replace(".pdf", ".xls")).outcome == "captured"


@pytest.mark.parametrize(
    "start", [b"%PDF-1.7\n", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\xff\xd8\xff\xe0"]
)
def test_files_are_content_whatever_words_stand_in_them(start: bytes) -> None:
    assert answered(start + b"404 Not Found " * 9, url=FILE).outcome == "captured"


@pytest.mark.parametrize(
    "page",
    [
        site("<h1>某某局2023年度决算公开</h1><p>详见附件。</p>", "某某局2023年度决算公开"),
        site("<p>如页面不存在或无法打开，请下载：<a href='/a/决算.pdf'>附件1</a></p>", "某某局2023年度决算公开"),
        site("<h1>某某局2023年度决算</h1><p>财政拨款收入2,020.06万元。系统升级，服务器错误减少。</p>"),
        site(
            "<p>2023年度部门决算说明</p><p>该文件已被删除的条款不再适用，无法找到的页面见后。</p>"
            + "<p>其他说明文字。</p>" * 60
        ),
        site(
            "<ul>"
            + "".join(f"<li><a href='/x{n}.html'>关于系统升级维护的公告{n}</a></li>" for n in range(30))
            + "</ul>"
        ),
        site("<noscript>请开启JavaScript</noscript><h1>某某局2023年度决算公开</h1><p>见附件</p>", "决算公开"),
        site("<h1>关于404号提案的答复</h1><p>您提出的建议收悉。</p>", "关于404号提案的答复-某某市财政局"),
        site(
            "<div class='login'>用户登录<input type='password'></div><ul>"
            + "".join(f"<li><a href='/x{n}.html'>某某局{n}年度决算公开</a></li>" for n in range(2001, 2024))
            + "</ul>"
        ),
        bare("某某局", "<div id='app'></div><script src='/js/app.js'></script>"),
    ],
)
def test_a_page_that_only_uses_such_words_is_a_document(page: str) -> None:
    assert answered(page).outcome == "captured"


def test_documents_that_were_published_are_documents() -> None:
    paths = [
        *DISCLOSURES.glob("seeds/*.txt"),
        *DISCLOSURES.glob("corpus/final-*"),
        *DISCLOSURES.glob("corpus/budget-*"),
    ]
    if not paths:
        pytest.skip("the published documents are not here")
    judged = {path.name: answered(path.read_bytes(), url=f"https://example.gov.cn/a/{path.name}") for path in paths}
    assert {name: verdict for name, verdict in judged.items() if verdict.outcome != "captured"} == {}


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("layout", ["hubei", "shanghai", "sichuan"])
@pytest.mark.parametrize("how", ["html", "wrapped"])
def test_generated_documents_are_documents(seed: int, layout: str, how: str) -> None:
    page = render(document(make(seed, 2023), layout, published="2024年10月12日"), how, seed=seed)  # type: ignore[arg-type]
    assert answered(page).outcome == "captured"


@pytest.mark.parametrize("path", sorted(REGIONAL.glob("*.mark")), ids=lambda path: path.stem)
def test_documents_of_the_regions_are_documents(path: Path) -> None:
    assert answered(path.read_bytes()).outcome == "captured"


def test_json_that_is_a_feed_is_content() -> None:
    feed = {"version": "https://jsonfeed.org/version/1.1", "items": [{"url": PAGE, "title": "404错误的处理"}]}
    assert answered(json.dumps(feed, ensure_ascii=False)).outcome == "captured"
