# Stands in for ESP-IDF's build, to compile the component against the declarations in include/. IDF_TARGET and what
# follows in `config` take the place of menuconfig.
set(idf "${CMAKE_CURRENT_LIST_DIR}/../..")
set(config
    "IDF_TARGET \"${IDF_TARGET}\""
    "ESP_DEFAULT_CPU_FREQ_MHZ 160"
    "BETAGUARD_STACK_BYTES 12288"
    "BETAGUARD_HEAP_BYTES 90112"
    "BETAGUARD_BAUD 115200"
    "BETAGUARD_CONTACTOR_GPIO 10"
    "BETAGUARD_ACTUATOR_GPIO 5"
    "BETAGUARD_CAN_TX_GPIO 6"
    "BETAGUARD_CAN_RX_GPIO 7"
    "BETAGUARD_${EXECUTOR} 1"
    "BETAGUARD_LINK_${LINK} 1")

function(idf_component_register)
  cmake_parse_arguments(PARSE_ARGV 0 component "" "" "SRCS;INCLUDE_DIRS;PRIV_REQUIRES;REQUIRES")
  get_filename_component(name "${CMAKE_CURRENT_LIST_DIR}" NAME)
  add_library(${name} STATIC ${component_SRCS})
  target_include_directories(
    ${name}
    PUBLIC ${component_INCLUDE_DIRS}
    PRIVATE .)
  target_include_directories(${name} SYSTEM PRIVATE "${idf}/include" "${CMAKE_BINARY_DIR}/config")
  target_compile_options(${name} PRIVATE -std=gnu11 -Wall -Wextra -Werror)
  foreach(required IN LISTS component_PRIV_REQUIRES)
    if(TARGET ${required})
      target_link_libraries(${name} PRIVATE ${required})
    endif()
  endforeach()
  set(COMPONENT_LIB ${name} PARENT_SCOPE)
endfunction()

macro(project name)
  _project(${name} C)
  set(header "")
  foreach(line IN LISTS config)
    string(APPEND header "#define CONFIG_${line}\n")
    string(REGEX MATCH "^([A-Z0-9_]+) (.*)$" pair "${line}")
    set(CONFIG_${CMAKE_MATCH_1} ${CMAKE_MATCH_2})
  endforeach()
  file(WRITE "${CMAKE_BINARY_DIR}/config/sdkconfig.h" "${header}")
  add_subdirectory(components/betaguard)
  add_subdirectory(main)
endmacro()
