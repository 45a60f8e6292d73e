// The ADF grammar as a table of short texts, read once.
//
// attrs:   "name:type", "name!:type" when required. Types: s text, s1 text that is not empty, n number, nA-B number in a range, b true/false,
//          c colour #rrggbb, C colour with or without alpha, k status colour, S list of texts, N list of numbers, a|b|… one of these words,
//          ? anything. "!" alone: attrs must be present though all of it is optional. "" = the node has no attrs.
// content: how many ("*" may be missing, "=" must be present, "+" at least one, "2-3" a range) and the nodes that may stand there.
//          "node" may carry no marks; "node:" only an empty list; "node:a,b" these marks. "@name" is a group of kGroups. "" = no content.
// A type with several rows is valid when one of them fits.
#pragma once

#include <array>
#include <string_view>

namespace sandbox::jira::adf {

struct NodeRule {
  std::string_view type, attrs, content;
};
struct Named {
  std::string_view name, text;
};

inline constexpr std::array kGroups{
    Named{"@inline",
          "text:link,em,strong,strike,subsup,underline,textColor,annotation,backgroundColor text:code,link,annotation date emoji "
          "hardBreak "
          "inlineCard mention placeholder status inlineExtension:dataConsumer,fragment "
          "mediaInline:dataConsumer,link,annotation,border"},
    Named{"@caption",
          "hardBreak mention emoji date placeholder inlineCard status text:code,link,annotation "
          "text:link,em,strong,strike,subsup,underline,textColor,annotation,backgroundColor"},
    Named{"@paragraph", "paragraph: paragraph:fontSize,alignment paragraph:fontSize,indentation"},
    Named{"@heading", "heading: heading:alignment heading:indentation"},
    Named{"@media", "mediaSingle:link mediaGroup"},
    Named{"@list", "bulletList orderedList"},
    Named{"@extension", "extension:dataConsumer,fragment"},
    Named{"@doc",
          "@paragraph @heading @media @list @extension blockCard codeBlock:breakout taskList blockquote decisionList embedCard "
          "rule panel "
          "table:fragment bodiedExtension:dataConsumer,fragment expand:breakout layoutSection:breakout syncBlock:breakout "
          "bodiedSyncBlock:breakout"},
    Named{"@block",
          "@paragraph @heading @media @list @extension blockCard codeBlock: taskList blockquote decisionList embedCard rule "
          "panel table:fragment "
          "bodiedExtension:dataConsumer,fragment expand:"},
    Named{"@body",
          "paragraph:fontSize panel blockquote @list rule heading: codeBlock: @media decisionList taskList table:fragment "
          "blockCard embedCard @extension"},
    Named{"@cell",
          "paragraph: paragraph:fontSize,alignment panel blockquote @list rule @heading codeBlock: @media decisionList taskList "
          "blockCard embedCard "
          "@extension nestedExpand:"},
};

inline constexpr std::array kNodes{
    NodeRule{"doc", "", "= @doc"},
    NodeRule{"paragraph", "localId:s", "* @inline"},
    NodeRule{"heading", "level!:n1-6 localId:s", "* @inline"},
    NodeRule{"bulletList", "localId:s", "+ listItem"},
    NodeRule{"orderedList", "order:n0-1000000000 localId:s", "+ listItem"},
    NodeRule{"listItem", "localId:s", "+ paragraph:fontSize @list taskList mediaSingle:link codeBlock: @extension"},
    NodeRule{"blockquote", "localId:s", "+ paragraph: @list codeBlock: @media @extension"},
    NodeRule{"codeBlock", "language:s uniqueId:s localId:s wrap:b hideLineNumbers:b", "* text:"},
    NodeRule{
        "panel",
        "panelType!:info|note|tip|warning|error|success|custom panelIcon:s panelIconId:s panelIconText:s panelColor:s localId:s",
        "+ paragraph:fontSize heading: @list blockCard @media codeBlock: taskList rule decisionList @extension"},
    NodeRule{"rule", "localId:s", ""},
    NodeRule{"table",
             "displayMode:default|fixed isNumberColumnEnabled:b layout:wide|full-width|center|align-end|align-start|default "
             "localId:s1 width:n",
             "+ tableRow"},
    NodeRule{"tableRow", "localId:s", "= tableCell tableHeader"},
    NodeRule{"tableCell", "colspan:n rowspan:n colwidth:N background:s localId:s valign:top|middle|bottom", "+ @cell"},
    NodeRule{"tableHeader", "colspan:n rowspan:n colwidth:N background:s localId:s valign:top|middle|bottom", "+ @cell"},
    NodeRule{"taskList", "localId!:s", "+ taskItem taskList blockTaskItem"},
    NodeRule{"taskItem", "localId!:s state!:TODO|DONE", "* @inline"},
    NodeRule{"blockTaskItem", "localId!:s state!:TODO|DONE", "+ paragraph:fontSize @extension"},
    NodeRule{"decisionList", "localId!:s", "+ decisionItem"},
    NodeRule{"decisionItem", "localId!:s state!:s", "* @inline"},
    NodeRule{"expand", "title:s localId:s", "+ @body nestedExpand:"},
    NodeRule{"nestedExpand", "! title:s localId:s",
             "+ paragraph:fontSize heading: @media codeBlock: @list taskList decisionList rule panel blockquote @extension"},
    NodeRule{
        "mediaSingle",
        "localId:s width:n0-100 layout!:wide|full-width|center|wrap-right|wrap-left|align-end|align-start widthType:percentage",
        "1-2 media:dataConsumer,link,annotation,border caption"},
    NodeRule{
        "mediaSingle",
        "localId:s width!:n0-100000 layout!:wide|full-width|center|wrap-right|wrap-left|align-end|align-start widthType!:pixel",
        "1-2 media:dataConsumer,link,annotation,border caption"},
    NodeRule{"mediaGroup", "", "+ media:dataConsumer,link,annotation,border"},
    NodeRule{"media", "type!:link|file id!:s1 collection!:s alt:s height:n width:n occurrenceKey:s1 localId:s", ""},
    NodeRule{"media", "type!:external url!:s alt:s height:n width:n localId:s", ""},
    NodeRule{"caption", "localId:s", "* @caption"},
    NodeRule{"layoutSection", "localId:s", "2-3 layoutColumn"},
    NodeRule{"layoutColumn", "width!:n0-100 localId:s valign:top|middle|bottom", "+ @block"},
    NodeRule{"blockCard", "url!:s localId:s", ""},
    NodeRule{"blockCard", "data!:? localId:s", ""},
    NodeRule{"blockCard",
             "datasource!:? url:s width:n layout:wide|full-width|center|wrap-right|wrap-left|align-end|align-start localId:s",
             ""},
    NodeRule{"embedCard",
             "url!:s layout!:wide|full-width|center|wrap-right|wrap-left|align-end|align-start width:n0-100 originalHeight:n "
             "originalWidth:n localId:s",
             ""},
    NodeRule{"extension", "extensionKey!:s1 extensionType!:s1 parameters:? text:s layout:wide|full-width|default localId:s1", ""},
    NodeRule{"bodiedExtension",
             "extensionKey!:s1 extensionType!:s1 parameters:? text:s layout:wide|full-width|default localId:s1", "+ @body"},
    NodeRule{"syncBlock", "resourceId!:s localId!:s", ""},
    NodeRule{"bodiedSyncBlock", "resourceId!:s localId!:s",
             "= @paragraph @heading @media @list blockCard blockquote codeBlock: decisionList embedCard expand: layoutSection: "
             "panel rule table: taskList"},
    NodeRule{"text", "", ""},
    NodeRule{"hardBreak", "text:\n localId:s", ""},
    NodeRule{"mention", "id!:s localId:s text:s accessLevel:s userType:DEFAULT|SPECIAL|APP", ""},
    NodeRule{"emoji", "shortName!:s id:s text:s localId:s", ""},
    NodeRule{"date", "timestamp!:s1 localId:s", ""},
    NodeRule{"status", "text!:s1 color!:k localId:s style:s", ""},
    NodeRule{"inlineCard", "url!:s localId:s", ""},
    NodeRule{"inlineCard", "data!:? localId:s", ""},
    NodeRule{"placeholder", "text!:s localId:s", ""},
    NodeRule{"inlineExtension", "extensionKey!:s1 extensionType!:s1 parameters:? text:s localId:s1", ""},
    NodeRule{"mediaInline", "type:link|file|image localId:s id!:s1 alt:s collection!:s occurrenceKey:s1 width:n height:n data:?",
             ""},
};

inline constexpr std::array kMarks{
    Named{"strong", ""},
    Named{"em", ""},
    Named{"strike", ""},
    Named{"code", ""},
    Named{"underline", ""},
    Named{"subsup", "type!:sub|sup"},
    Named{"textColor", "color!:c"},
    Named{"backgroundColor", "color!:c"},
    Named{"link", "href!:s title:s id:s collection:s occurrenceKey:s"},
    Named{"annotation", "id!:s annotationType!:inlineComment"},
    Named{"border", "size!:n1-3 color!:C"},
    Named{"alignment", "align!:center|end"},
    Named{"indentation", "level!:n1-6"},
    Named{"breakout", "mode!:wide|full-width width:n"},
    Named{"fontSize", "fontSize!:small"},
    Named{"fragment", "localId!:s1 name:s"},
    Named{"dataConsumer", "sources!:S"},
};

}  // namespace sandbox::jira::adf
